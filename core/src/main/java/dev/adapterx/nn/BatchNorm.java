package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code y = (x - μ) / √(σ² + eps) · weight + bias} per channel over rows (Ioffe, Szegedy, Batch
 * Normalization, ICML 2015, <a href="https://arxiv.org/abs/1502.03167">paper</a>). Frozen, and in
 * evaluation, μ and σ² are the running statistics; otherwise they are those of the current batch,
 * which the layer reports to the {@link Pass}. Layers are immutable: the trainer updates the
 * running statistics.
 *
 * @param name its place in the model, under which statistics are reported
 * @param weight (C)
 * @param bias (C)
 * @param runningMean (C)
 * @param runningVar (C)
 * @param frozen whether training uses the running statistics too
 */
public record BatchNorm(
    String name,
    Tensor weight,
    Tensor bias,
    Tensor runningMean,
    Tensor runningVar,
    boolean frozen) {
  /** PyTorch's. */
  public static final double EPS = 1e-5;

  private static final double MOMENTUM = 0.1;

  /** Names of the buffers that training updates without a gradient. */
  public static final String RUNNING_MEAN = "running_mean";

  /** See {@link #RUNNING_MEAN}. */
  public static final String RUNNING_VAR = "running_var";

  /** Reads {@code weight}, {@code bias}, {@code running_mean} and {@code running_var}. */
  public static BatchNorm from(NamedTensors tensors, boolean frozen) {
    return new BatchNorm(
        tensors.place(),
        tensors.get("weight"),
        tensors.get("bias"),
        tensors.get(RUNNING_MEAN),
        tensors.get(RUNNING_VAR),
        frozen);
  }

  /** Whether a tensor's name is that of a running statistic. */
  public static boolean isStatistic(String name) {
    return name.endsWith(RUNNING_MEAN) || name.endsWith(RUNNING_VAR);
  }

  /**
   * Updates the running statistics from the observed batch statistics: {@code r ← 0.9 r + 0.1
   * observed}, PyTorch's momentum.
   */
  public static void follow(NamedTensors running, Map<String, Pass.Observed> observed) {
    try (Scope scope = Scope.withoutGradients()) {
      observed.forEach(
          (norm, seen) -> {
            NamedTensors own = running.at(norm);
            follow(own.get(RUNNING_MEAN), seen.mean());
            follow(own.get(RUNNING_VAR), seen.var());
          });
    }
  }

  private static void follow(Tensor running, float[] seen) {
    running.lerp_(Tensors.beside(running, Tensors.of(seen, seen.length)), new Scalar(MOMENTUM));
  }

  /** Whether this pass normalises with the statistics of the current batch. */
  boolean usesBatch(Pass pass) {
    return !frozen && pass.isTraining();
  }

  /** x (R, C) to the same shape. */
  public Tensor forward(Tensor x, Pass pass) {
    if (!usesBatch(pass) || x.is_meta()) { // libtorch's norm needs values even on META
      return x.mul(Tensors.like(factor(), x)).add(Tensors.like(offset(), x));
    }
    T_TensorTensorTensor_T out =
        torch.native_batch_norm(
            x,
            Tensors.optional(weight),
            Tensors.optional(bias),
            Tensors.optional(null),
            Tensors.optional(null),
            true,
            0,
            EPS);
    pass.observed(name, out.get1(), variance(out.get2(), x.size(0)));
    return out.get0();
  }

  /** The unbiased variance, which updates the running one, from 1/√(σ² + eps). */
  private static Tensor variance(Tensor inverse, long rows) {
    Tensor biased = inverse.detach().pow(new Scalar(-2.0)).sub(new Scalar(EPS));
    return Tensors.scaled(biased, (double) rows / Math.max(1, rows - 1));
  }

  /** With running statistics, the layer is {@code x · factor + offset}. */
  Tensor factor() {
    return weight.mul(runningVar.add(new Scalar(EPS)).rsqrt());
  }

  /** See {@link #factor()}. */
  Tensor offset() {
    return bias.sub(runningMean.mul(factor()));
  }
}
