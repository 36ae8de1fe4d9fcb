package dev.adapterx.bench;

import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The fastest matrix product of this machine: operations a second of {@code x Wᵀ} with the shapes
 * of ViT-B/16's MLP at batch 8, 16 and 32, the best of some repetitions. What everything else is
 * held against.
 */
final class Ceiling {
  private static final long[] ROWS = {1576, 3152, 6304};
  private static final int REPETITIONS = 12;

  private Ceiling() {}

  /** Prints operations a second. */
  public static void main(String[] arguments) {
    Native.load();
    System.out.println("ready " + measured(Precision.valueOf(arguments[0])));
  }

  private static double measured(Precision precision) {
    double best = 0;
    for (long rows : ROWS) {
      for (long[] shape : new long[][] {{768, 3072}, {3072, 768}}) {
        best = Math.max(best, measured(precision, rows, shape[0], shape[1]));
      }
    }
    return best;
  }

  private static double measured(Precision precision, long rows, long in, long out) {
    double best = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor x = Tensors.zeros(precision.type(), rows, in).add_(new Scalar(1.0));
        Tensor w = Tensors.zeros(precision.type(), out, in).add_(new Scalar(1.0));
        long began = System.nanoTime();
        Tensor y = torch.linear(x, w);
        double seconds = (System.nanoTime() - began) / 1e9;
        best = Math.max(best, 2.0 * rows * in * y.size(1) / seconds);
      }
    }
    return best;
  }
}
