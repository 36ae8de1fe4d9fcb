package dev.adapterx.bench;

import dev.adapterx.tensor.Cuda;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The fastest matrix product of this machine: operations a second of {@code x Wᵀ} with the shapes
 * of ViT-B/16's MLP at batch 8, 16 and 32, on a CUDA device 256 as well, the best of some
 * repetitions. All other figures are compared with it.
 */
final class Ceiling {
  private static final long[] ROWS = {1576, 3152, 6304};
  private static final long ROWS_OF_A_DEVICE = 50432;
  private static final int REPETITIONS = 12;

  private Ceiling() {}

  /** Prints operations a second. Arguments: precision, device. */
  public static void main(String[] arguments) {
    Native.load();
    Device device = Device.parse(arguments[1]);
    System.out.println("ready " + measured(Precision.valueOf(arguments[0]), device));
  }

  private static double measured(Precision precision, Device device) {
    double best = 0;
    LongStream all = LongStream.of(ROWS);
    if (!device.isHost()) {
      all = LongStream.concat(all, LongStream.of(ROWS_OF_A_DEVICE));
    }
    for (long rows : all.toArray()) {
      for (long[] shape : new long[][] {{768, 3072}, {3072, 768}}) {
        best = Math.max(best, measured(precision, device, rows, shape[0], shape[1]));
      }
    }
    return best;
  }

  private static double measured(Precision precision, Device device, long rows, long in, long out) {
    double best = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor x = ones(precision, device, rows, in);
        Tensor w = ones(precision, device, out, in);
        Cuda.await(device);
        long began = System.nanoTime();
        Tensor y = torch.linear(x, w);
        Cuda.await(device);
        double seconds = (System.nanoTime() - began) / 1e9;
        best = Math.max(best, 2.0 * rows * in * y.size(1) / seconds);
      }
    }
    return best;
  }

  private static Tensor ones(Precision precision, Device device, long rows, long columns) {
    return device.place(Tensors.zeros(precision.type(), rows, columns)).add_(new Scalar(1.0));
  }
}
