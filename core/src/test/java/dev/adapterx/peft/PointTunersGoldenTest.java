package dev.adapterx.peft;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.PointConfig.Positions;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.nn.Pass;
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

/** Tuned point transformers against plain statements of the methods in PyTorch. */
class PointTunersGoldenTest {
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

  /** Features, and gradients of the file's scalar loss, with the file's trainable tensors. */
  static void check(PeftMethod method, Golden golden) {
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
      Pass pass = Pass.training(Rng.of(1, "pass"), 0);

      Tensor features = tuner.backbone().features(given.tensor("input"), tuner, pass);
      Tensor loss = features.mul(golden.tensor("probe")).sum();
      loss.backward();

      assertClose(features, golden.floats("features"), 2e-5, "features");
      assertClose(loss, golden.floats("loss"), 2e-5, "loss");
      assertGradients(tuner, golden);
    }
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
