"""Writes and checks safetensors files with the struct module alone, from the format's description.

    python3 safetensors.py write  mixed.safetensors             one tensor of each type that is read
    python3 safetensors.py check  written-by-gradflow.safetensors

The second file is what io.gradflow.common.model.SafetensorsTest writes; "check" reads it back and
compares it with the values expected below. Values are exact in every type involved. numpy converts
to binary16 only. Made with Python 3.11, numpy 1.24.2.
"""

import json
import struct
import sys

import numpy

VALUES = [0.0, -0.0, 1.0, -2.5, 0.099975586, 65504.0, 6.1035156e-05, 5.9604645e-08, -float("inf")]


def bfloat16(value):
    return struct.pack("<f", value)[2:4]


def write(path):
    tensors = {
        "f16": ("F16", [3, 3], b"".join(numpy.float16(v).tobytes() for v in VALUES)),
        "bf16": ("BF16", [2, 2], b"".join(map(bfloat16, [1.0, -2.5, 3.0e38, 0.0]))),
        "f32": ("F32", [2, 1, 3], struct.pack("<6f", 1.5, -1.5, 3.4028235e38, 1.4e-45, 0.1, 7.0)),
        "f64": ("F64", [2], struct.pack("<2d", 0.1, -1e-60)),
        "i64": ("I64", [], struct.pack("<q", -16777216)),
        "empty": ("F32", [0, 4], b""),
        "u8": ("U8", [3], bytes([1, 2, 3])),
    }
    header, data = {"__metadata__": {"made by": "struct \u00e9"}}, b""
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = {
            "dtype": dtype,
            "shape": shape,
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)
    assert read(path)[1]["f32"] == [1.5, -1.5, 3.4028234663852886e38, 1.401298464324817e-45,
                                    0.10000000149011612, 7.0]


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    data = content[8 + length :]
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] == "F32":
            tensors[name] = list(struct.unpack("<%df" % ((end - begin) // 4), data[begin:end]))
    assert max(e["data_offsets"][1] for e in header.values()) == len(data)
    assert (8 + length) % 8 == 0, "data is not aligned"
    return metadata, tensors, header


def check(path):
    metadata, tensors, header = read(path)
    assert metadata == {"format": "gradflow 1"}, metadata
    assert list(tensors) == ["dense_1/kernel", "dense_1/bias"], list(tensors)
    assert header["dense_1/kernel"]["shape"] == [2, 3]
    assert tensors["dense_1/kernel"] == [1.0, -2.0, 0.5, 0.25, 3.0, -0.125]
    assert tensors["dense_1/bias"] == [7.0, 8.0, 9.0]
    print("as expected")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
