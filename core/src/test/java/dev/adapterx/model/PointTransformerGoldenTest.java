package dev.adapterx.model;

import static dev.adapterx.testing.Golden.assertClose;
import static dev.adapterx.testing.Golden.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.PointConfig.Positions;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointHead;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.PointReference;
import java.util.HashSet;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The point transformer against a plain statement of it in PyTorch. */
class PointTransformerGoldenTest {
  @ParameterizedTest
  @CsvSource({
    "points_backbone.safetensors, EVERY_BLOCK, ''",
    "points_backbone.safetensors, ONCE, once.",
    "points_reduced.safetensors, EVERY_BLOCK, ''",
    "points_reduced.safetensors, ONCE, once.",
  })
  void equals_the_reference(String file, Positions positions, String outputs) {
    Golden golden = Golden.read(file);
    try (Scope scope = Scope.withoutGradients()) {
      PointTransformer points =
          PointReference.of(golden.tensors("model."), golden.config(), positions, true);
      Tensor input = golden.tensor("input");
      Pass pass = Pass.evaluation();
      assertClose(
          points.features(input, BackboneTuner.NONE, pass, Reads.patches()).tokens(),
          golden.floats(outputs + "tokens"),
          1e-5,
          "tokens");
      assertClose(
          points.features(input, BackboneTuner.NONE, pass, Reads.pooled()).pooled(),
          golden.floats(outputs + "feature"),
          1e-5,
          "feature");
      assertClose(
          points.classifier().logits(input).orElseThrow(),
          golden.floats(outputs + "logits"),
          1e-5,
          "logits");
    }
  }

  @Test
  void batch_statistics_give_the_reference_s_outputs_gradients_and_running_statistics() {
    Golden golden = Golden.read("points_train.safetensors");
    Golden given = Golden.read(PointReference.BACKBONE);
    try (Scope scope = Scope.open()) {
      NamedTensors weights = given.tensors("model.");
      weights.forEach((name, tensor) -> tensor.requires_grad_(!name.contains("running")));
      PointTransformer points =
          PointReference.of(weights, golden.config(), Positions.EVERY_BLOCK, false);
      Pass pass = Pass.training(Rng.of(1, "pass"), 0);

      Tensor feature =
          points
              .features(golden.tensor("input"), BackboneTuner.NONE, pass, Reads.pooled())
              .pooled();
      Tensor logits = PointHead.from(weights.at(PointHead.NAME), 0).forward(feature, pass);
      Tensor labels = Tensors.of(golden.longs("labels"), logits.size(0));
      Tensor loss = torch.cross_entropy_loss(logits, labels);
      loss.backward();

      assertClose(feature, golden.floats("feature"), 1e-5, "feature");
      assertClose(logits, golden.floats("logits"), 1e-5, "logits");
      assertClose(loss, golden.floats("loss"), 1e-5, "loss");
      assertGradients(weights, golden);
      assertRunningStatistics(pass, given, golden);
    }
  }

  private static void assertGradients(NamedTensors weights, Golden golden) {
    Set<String> zero = new HashSet<>();
    golden.config().path("zeroGradients").forEach(name -> zero.add(name.asString()));
    weights.forEach(
        (name, tensor) -> {
          if (tensor.requires_grad()) {
            float[] reference = golden.floats("grad." + name);
            if (zero.contains(name)) {
              assertThat(Tensors.floats(tensor.grad()))
                  .as(name)
                  .satisfies(g -> assertThat(largest(g)).isLessThan(1e-5f));
            } else {
              assertClose(tensor.grad(), reference, 1e-4, "grad of " + name);
            }
          }
        });
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** running' = 0.9 running + 0.1 batch. */
  private static void assertRunningStatistics(Pass pass, Golden given, Golden golden) {
    assertThat(pass.statistics()).hasSize(4);
    pass.statistics()
        .forEach(
            (norm, observed) -> {
              assertRunning(norm + ".running_mean", observed.mean(), given, golden);
              assertRunning(norm + ".running_var", observed.var(), given, golden);
            });
  }

  private static void assertRunning(String name, float[] batch, Golden given, Golden golden) {
    float[] running = given.floats("model." + name);
    for (int i = 0; i < running.length; i++) {
      running[i] = 0.9f * running[i] + 0.1f * batch[i];
    }
    assertThat(relativeError(running, golden.floats("running." + name))).as(name).isLessThan(1e-5);
  }
}
