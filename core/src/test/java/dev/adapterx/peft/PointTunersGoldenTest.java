package dev.adapterx.peft;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.PointConfig.Positions;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.PointReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tuned point transformers against plain statements of the methods in PyTorch. */
class PointTunersGoldenTest {
  private static final Idpt IDPT = new Idpt(null, 3, true, List.of(Feature.values()));

  @ParameterizedTest
  @ValueSource(strings = {"relu", "gelu", "once", "sequential"})
  void adapter_x_equals_the_reference(String variant) {
    Golden golden = Golden.read("points_adapterx_" + variant + ".safetensors");
    check(AdapterXReference.method(golden.config()), golden);
  }

  @Test
  void dapt_equals_the_reference() {
    Golden golden = Golden.read("points_dapt.safetensors");
    check(new Dapt(5, 0, List.of(Feature.values())), golden);
  }

  @Test
  void dapt_x_equals_the_reference() {
    Golden golden = Golden.read("points_dapt_x.safetensors");
    DaptX method =
        DaptX.with(
            o -> {
              o.bottleneck = 2;
              o.routerWidth = 4;
              o.balance = 0;
            });
    check(method, golden);
  }

  @Test
  void idpt_equals_the_reference() {
    check(IDPT, Golden.read("points_idpt.safetensors"));
  }

  @Test
  void idpt_equals_the_reference_in_training_and_its_statistics_follow() {
    Golden golden = Golden.read("points_idpt_train.safetensors");
    Pass pass = check(IDPT, golden);
    assertThat(pass.statistics()).hasSize(4);
    pass.statistics()
        .forEach(
            (norm, seen) -> {
              assertFollows(norm + ".running_mean", seen.mean(), golden);
              assertFollows(norm + ".running_var", seen.var(), golden);
            });
  }

  private static void assertFollows(String name, float[] seen, Golden golden) {
    float[] running = golden.floats("running." + name);
    for (int i = 0; i < running.length; i++) {
      running[i] = 0.9f * running[i] + 0.1f * seen[i];
    }
    assertThat(Golden.relativeError(running, golden.floats("after." + name)))
        .as(name)
        .isLessThan(1e-5);
  }

  /** Features, and gradients of the file's scalar loss, with the file's trainable tensors. */
  static Pass check(PeftMethod method, Golden golden) {
    Golden given = Golden.read(PointReference.BACKBONE);
    boolean once = golden.config().path("positions").asString().equals("once");
    try (Scope scope = Scope.open()) {
      PointTransformer points =
          PointReference.backbone(once ? Positions.ONCE : Positions.EVERY_BLOCK);
      Tuner tuner = method.attach(points, Rng.of(1, "golden"));
      assertThat(tuner.trainable().names())
          .containsExactlyInAnyOrderElementsOf(golden.file().within("tuner.").tensors().keySet());
      tuner.trainable().forEach((name, t) -> set(t, golden.tensor("tuner." + name)));
      tuner.buffers().forEach((name, t) -> set(t, golden.tensor("running." + name)));
      Pass pass = running(golden) ? Pass.evaluation() : Pass.training(Rng.of(1, "pass"), 0);

      Tensor features =
          tuner.backbone().features(given.tensor("input"), tuner, pass, Reads.pooled()).pooled();
      Tensor loss = features.mul(golden.tensor("probe")).sum();
      loss.backward();

      assertClose(features, golden.floats("features"), 2e-5, "features");
      assertClose(loss, golden.floats("loss"), 2e-5, "loss");
      assertGradients(tuner, golden);
      return pass;
    }
  }

  /** Whether the file's batch norms took their running statistics. */
  private static boolean running(Golden golden) {
    JsonNode batch = golden.config().path("batchStatistics");
    return batch.isBoolean() && !batch.asBoolean();
  }

  private static void assertGradients(Tuner tuner, Golden golden) {
    Set<String> none = new HashSet<>();
    golden.config().path("zeroGradients").forEach(name -> none.add(name.asString()));
    tuner
        .trainable()
        .forEach(
            (name, t) -> {
              if (none.contains("tuner." + name)) {
                assertThat(t.grad().defined() ? floats(t.grad()) : List.of())
                    .as("grad of " + name)
                    .allMatch(g -> g == 0);
              } else {
                assertClose(t.grad(), golden.floats("grad.tuner." + name), 1e-4, "grad of " + name);
              }
            });
  }

  private static List<Float> floats(Tensor tensor) {
    float[] values = Tensors.floats(tensor);
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
  }

  private static void set(Tensor parameter, Tensor value) {
    try (Scope scope = Scope.withoutGradients()) {
      parameter.copy_(value);
    }
  }
}
