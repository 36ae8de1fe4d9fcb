package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gradients against central differences of the loss, in training with the batch's statistics. The
 * loss is fp32 and bends at thousands of places (ReLU, maxima), sharply where a channel varies
 * little, so the step is small and it is the median error that must stay below one twentieth of a
 * tensor's typical gradient: enough to catch a missing path or factor. The golden files hold every
 * coordinate to more places.
 */
class PointGradientTest {
  private static final double STEP = 5e-4;
  private static final int COORDINATES = 16;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "encoder.first_conv.0.weight",
        "encoder.first_conv.1.weight",
        "encoder.first_conv.1.bias",
        "encoder.first_conv.3.weight",
        "encoder.second_conv.0.weight",
        "encoder.second_conv.1.weight",
        "encoder.second_conv.1.bias",
        "encoder.second_conv.3.weight",
        "encoder.second_conv.3.bias",
        "pos_embed.0.weight",
        "cls_pos"
      })
  void of_the_encoder_equal_central_differences(String name) {
    check(new FullFineTuning(), List.of(name));
  }

  @Test
  void of_dapt_equal_central_differences() {
    check(
        new Dapt(),
        List.of(
            "blocks.0.adapter.scale.weight",
            "blocks.0.adapter.down.weight",
            "blocks.0.adapter.norm.weight",
            "blocks.0.tfts.qkv.gamma",
            "blocks.0.tfts.norm1.beta",
            "blocks.1.tfts.fc1.gamma",
            "blocks.1.tfts.prompt.gamma",
            "patch_tfts.gamma",
            "norm_tfts.gamma",
            "cls_pos"));
  }

  @Test
  void of_idpt_equal_central_differences() {
    check(
        new Idpt(null, 6, true, List.of(Feature.values())),
        List.of(
            "prompt_module.edge.0.conv.weight",
            "prompt_module.edge.1.norm.weight",
            "prompt_module.edge.2.conv.weight",
            "prompt_module.fuse.conv.weight",
            "prompt_pos"));
  }

  private static void check(PeftMethod method, List<String> names) {
    try (Scope scope = Scope.open();
        PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        AdaptedModel model =
            AdaptedModel.attach(points, method, Classification.of(Tiny.LABELS), 1)) {
      if (!(method instanceof FullFineTuning)) {
        Tiny.randomise(model.trainable(), 0.2, 4);
      }
      loss(model).backward();
      for (String name : names) {
        check(model, name);
      }
    }
  }

  private static void check(AdaptedModel model, String name) {
    Tensor tensor = model.trainable().get(name);
    float[] values = Tensors.floats(tensor);
    float[] analytic = Tiny.grad(tensor);
    int[] order = Rng.of(5, name).permutation(values.length);
    int count = Math.min(COORDINATES, values.length);
    double[] errors = new double[count];
    double squares = 0;
    for (int n = 0; n < count; n++) {
      int i = order[n];
      double up = moved(model, tensor, values, i, STEP);
      double numeric = (up - moved(model, tensor, values, i, -STEP)) / (2 * STEP);
      errors[n] = Math.abs(numeric - analytic[i]);
      squares += numeric * numeric;
    }
    Tiny.set(tensor, Tensors.of(values, tensor.shape()));
    double typical = Math.sqrt(squares / count);
    assertThat(typical).as("gradient of " + name).isGreaterThan(0.02);
    Arrays.sort(errors);
    assertThat(errors[count / 2] / typical).as("gradient of " + name).isLessThan(0.05);
  }

  private static double moved(
      AdaptedModel model, Tensor tensor, float[] values, int i, double step) {
    try (Scope scope = Scope.withoutGradients()) {
      float[] moved = values.clone();
      moved[i] += (float) step;
      Tiny.set(tensor, Tensors.of(moved, tensor.shape()));
      return Tensors.floats(loss(model))[0];
    }
  }

  /** A random combination of the logits. */
  private static Tensor loss(AdaptedModel model) {
    Pass pass = Pass.training(Rng.of(1, "step"), 0);
    Tensor logits = model.logits(Tiny.input(model.backbone(), 2), pass);
    return logits.mul(Init.normal(Rng.of(6, "weight"), 0, 1, logits.shape())).sum();
  }
}
