package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.DType;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;

/** What tests of several methods measure. */
public final class MethodChecks {
  static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  private MethodChecks() {}

  /** Values trained besides the head, on a preset's shape. */
  public static long on(String preset, PeftMethod method) {
    try (Scope scope = Scope.open();
        Backbone blank = Backbones.blank(preset, FP32);
        AdaptedModel model = attached(blank, method)) {
      return model.parameters().peft();
    }
  }

  public static AdaptedModel attached(Backbone backbone, PeftMethod method) {
    return AdaptedModel.attach(backbone, method, Classification.of(Tiny.LABELS), 1);
  }

  /** Mean and standard deviation of all tensors whose name fits. */
  public static double[] moments(NamedTensors tensors, String name) {
    double[] sums = new double[3];
    tensors.forEach(
        (found, tensor) -> {
          if (found.matches(name)) {
            for (float value : Tensors.floats(tensor)) {
              sums[0]++;
              sums[1] += value;
              sums[2] += (double) value * value;
            }
          }
        });
    double mean = sums[1] / sums[0];
    return new double[] {mean, Math.sqrt(sums[2] / sums[0] - mean * mean)};
  }

  /** Every value away from its start, then merged, written and loaded: the same features. */
  public static void assertMergedFileSaysTheSame(
      Backbone backbone, PeftMethod method, Path folder) {
    try (Scope scope = Scope.withoutGradients();
        AdaptedModel model = attached(backbone, method)) {
      model.trainable().forEach((name, t) -> t.add_(moved(name, t)));
      Path file = folder.resolve("model.safetensors");
      Merging.write(model, file, DType.F32, false);
      try (Backbone merged = Backbones.load(file, FP32)) {
        Tensor input = Tiny.input(backbone, 2);
        Pass pass = Pass.evaluation();
        float[] adapted = Tensors.floats(model.features(input, pass));
        float[] frozen =
            Tensors.floats(
                backbone.features(input, BackboneTuner.NONE, pass, Reads.pooled()).pooled());
        float[] found =
            Tensors.floats(
                merged.features(input, BackboneTuner.NONE, pass, Reads.pooled()).pooled());
        assertThat(Golden.relativeError(frozen, adapted)).isGreaterThan(0.01);
        assertThat(Golden.relativeError(found, adapted)).isLessThan(1e-5);
      }
    }
  }

  private static Tensor moved(String name, Tensor like) {
    return Init.normal(Rng.of(3, name), 0, 0.1, like.shape());
  }
}
