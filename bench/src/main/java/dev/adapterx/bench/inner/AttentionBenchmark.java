package dev.adapterx.bench.inner;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Attention of eight images in ViT-B, on one thread: three plain steps, and libtorch's fused
 * kernel.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class AttentionBenchmark {
  /** The dtype of q, k and v. */
  @Param({"FP32", "BF16"})
  Precision precision;

  /** Whether the backward pass is timed too. */
  @Param({"false", "true"})
  boolean gradients;

  private Tensor q;

  /** Draws q, which is k and v as well. */
  @Setup
  public void open() {
    Native.threads(1);
    q = Init.normal(Rng.of(0, "bench"), 1, 8, 12, 197, 64).to(precision.type());
  }

  /** This library's implementation. */
  @Benchmark
  public long plain() {
    try (var scope = dev.adapterx.tensor.Scope.open()) {
      Tensor x = q.detach().requires_grad_(gradients).view(96, 197, 64);
      Tensor unused = Tensors.empty(x.scalar_type(), 1);
      Tensor scores =
          torch.baddbmm(unused, x, x.transpose(1, 2), new Scalar(0.0), new Scalar(0.125));
      return done(torch.softmax(scores, 2).bmm(x));
    }
  }

  /** libtorch's own choice. */
  @Benchmark
  public long fused() {
    try (var scope = dev.adapterx.tensor.Scope.open()) {
      Tensor x = q.detach().requires_grad_(gradients);
      return done(
          torch.scaled_dot_product_attention(
              x, x, x, new TensorOptional(), 0, false, new DoubleOptional(), false));
    }
  }

  private long done(Tensor y) {
    if (gradients) {
      y.sum().backward();
    }
    return y.numel();
  }

  /** Frees it. */
  @TearDown
  public void close() {
    q.close();
  }
}
