"""Times training steps of PyTorch's DistributedDataParallel with gloo: two processes of one thread each on this machine.

    python3 ddp.py mlp|small [steps]

Prints the median, the 10th and the 90th percentile of a step in milliseconds, as one line that DdpBench reads. Debian's python3-torch
and libopenblas0-pthread run it (without the latter products go through the reference BLAS, 14 times slower, and prove nothing). The workloads are those of the other benchmarks: mlp 784-1024-1024-10 relu, batch 512; small 30-64-2 relu, batch 256; softmax
cross-entropy and Adam; each process takes half of the batch, and zeroing the gradients, forward, backward with DDP's exchange and the
optimizer are all inside the clock.
"""
import os
import statistics
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.nn.parallel import DistributedDataParallel

WIDTHS = {"mlp": ([784, 1024, 1024, 10], 512), "small": ([30, 64, 2], 256)}


def run(rank, workload, steps, port):
    os.environ["MASTER_ADDR"] = "127.0.0.1"
    os.environ["MASTER_PORT"] = str(port)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=2)
    torch.manual_seed(7)
    widths, batch = WIDTHS[workload]
    layers = []
    for i in range(len(widths) - 1):
        layers.append(torch.nn.Linear(widths[i], widths[i + 1]))
        if i < len(widths) - 2:
            layers.append(torch.nn.ReLU())
    model = DistributedDataParallel(torch.nn.Sequential(*layers))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss = torch.nn.CrossEntropyLoss()
    x = torch.randn(batch // 2, widths[0])
    y = torch.randint(0, widths[-1], (batch // 2,))
    millis = []
    for step in range(steps + steps // 5):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
        millis.append((time.perf_counter() - start) * 1e3)
    if rank == 0:
        millis = sorted(millis[steps // 5 :])
        print(
            "ddp %s median %.4f p10 %.4f p90 %.4f torch %s"
            % (workload, statistics.median(millis), millis[len(millis) // 10], millis[len(millis) * 9 // 10], torch.__version__)
        )
    dist.destroy_process_group()


if __name__ == "__main__":
    workload = sys.argv[1]
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else (60 if workload == "mlp" else 600)
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mp.spawn(run, args=(workload, steps, port), nprocs=2)
