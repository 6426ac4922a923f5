package io.gradflow.bench;

/** One training step of {@code mlp} and of {@code small}, in libtorch and here, side by side. */
public final class MlpBench {
  private MlpBench() {}

  public static void main(String[] args) {
    Workload workload = args.length > 0 && args[0].equals("small") ? Workload.SMALL : Workload.MLP;
    try (LibtorchStep one = new LibtorchStep(workload, 1);
        LibtorchStep two = new LibtorchStep(workload, 2)) {
      new Contest(2, 0.5, 6).run(workload.title(), one, two);
    }
  }
}
