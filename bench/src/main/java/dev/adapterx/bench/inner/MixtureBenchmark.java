package dev.adapterx.bench.inner;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
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
 * The second half of a block with Adapter-X around it, eight images on one thread, beside the
 * frozen half alone: the cost of router, experts and prompt.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class MixtureBenchmark {
  /** ViT-B's or ViT-Ti's. */
  @Param({"192", "768"})
  int width;

  /** 0: the frozen half alone. */
  @Param({"0", "2", "4", "16", "64"})
  int experts;

  private Backbone backbone;
  private BlockTuner around;

  /**
   * Other tokens go to other experts, so that kernels compiled for a number of rows do not help.
   */
  private static final int INPUTS = 16;

  private final Tensor[] inputs = new Tensor[INPUTS];
  private int next;

  /** Builds one block. */
  @Setup
  public void open() {
    Native.threads(1);
    String shape = "vit_" + width + "x1x" + width / 64 + "_patch16_224";
    backbone = Backbones.initial(shape, Backbones.Options.defaults().with(Precision.AUTO), 0);
    around =
        experts == 0
            ? BlockTuner.NONE
            : AdapterX.with(o -> o.experts = experts).attach(backbone, Rng.of(0, "bench")).block(0);
    for (int i = 0; i < INPUTS; i++) {
      inputs[i] =
          Init.normal(Rng.of(i, "tokens"), 0, 1 + i % 3, 8, 197, width).to(Precision.AUTO.type());
    }
  }

  private Tensor tokens() {
    next = (next + 1) % INPUTS;
    return inputs[next];
  }

  /** Without gradients. */
  @Benchmark
  public long infer() {
    try (var scope = dev.adapterx.tensor.Scope.withoutGradients()) {
      return around.mlpHalf(backbone.blocks().get(0), tokens(), Pass.evaluation()).numel();
    }
  }

  /** Forward and backward, down to the tokens. */
  @Benchmark
  public long train() {
    try (var scope = dev.adapterx.tensor.Scope.open()) {
      Tensor x = tokens().detach().requires_grad_(true);
      Pass pass = Pass.training(Rng.of(1, "bench"), 0);
      around.mlpHalf(backbone.blocks().get(0), x, pass).sum().backward();
      return x.numel();
    }
  }

  /** Frees it. */
  @TearDown
  public void close() {
    backbone.close();
  }
}
