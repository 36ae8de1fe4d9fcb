package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.PointReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against golden/point_mae_pretraining.py. */
class MaskedAutoencoderGoldenTest {
  private static final double TOLERANCE = 1e-4;

  private final Golden golden = Golden.read("points_pretraining.safetensors");

  @Test
  void loss_gradients_and_running_statistics_equal_the_reference() {
    try (Scope scope = Scope.open();
        MaskedAutoencoder model = model()) {
      Pass pass = Pass.training(Rng.of(0, "test"), 0);
      Tensor input = golden.tensor("input");
      Tensor loss = model.loss(input, groups(0), groups(1), pass);
      Golden.assertClose(loss, golden.floats("loss"), TOLERANCE, "loss");
      Golden.assertClose(
          model.predicted(input, groups(0), groups(1), pass),
          golden.floats("predicted"),
          TOLERANCE,
          "predicted");
      loss.backward();
      List<String> zero = zeroGradients();
      model
          .trainable()
          .forEach(
              (name, tensor) -> {
                if (zero.contains(name)) {
                  assertThat(tensor.grad().abs().max().item_double()).as(name).isLessThan(1e-5);
                } else {
                  Golden.assertClose(tensor.grad(), golden.floats("grad." + name), TOLERANCE, name);
                }
              });
      pass.statistics()
          .forEach(
              (norm, seen) -> {
                follow(model, norm + "." + BatchNorm.RUNNING_MEAN, seen.mean());
                follow(model, norm + "." + BatchNorm.RUNNING_VAR, seen.var());
              });
    }
  }

  /** What the reference's statistics are after one step. */
  private void follow(MaskedAutoencoder model, String name, float[] seen) {
    float[] before = Tensors.floats(model.buffers().get(name));
    float[] after = before.clone();
    for (int i = 0; i < after.length; i++) {
      after[i] = 0.9f * before[i] + 0.1f * seen[i];
    }
    assertThat(Golden.relativeError(after, golden.floats("running." + name)))
        .as(name)
        .isLessThan(TOLERANCE);
  }

  @Test
  void chamfer_distance_and_its_gradient_equal_the_reference() {
    try (Scope scope = Scope.open()) {
      Tensor p = golden.tensor("chamfer.p").requires_grad_(true);
      Tensor loss = MaskedAutoencoder.chamfer(p, golden.tensor("chamfer.q"));
      loss.backward();
      Golden.assertClose(loss, golden.floats("chamfer.l2"), TOLERANCE, "chamfer");
      Golden.assertClose(p.grad(), golden.floats("chamfer.l2.grad.p"), TOLERANCE, "gradient");
    }
  }

  @Test
  void each_cloud_hides_its_own_groups_and_as_many() {
    try (Scope scope = Scope.open();
        MaskedAutoencoder model = model()) {
      Tensor input = golden.tensor("input");
      double one = model.loss(input, Pass.training(Rng.of(1, "test"), 0)).item_double();
      double same = model.loss(input, Pass.training(Rng.of(1, "test"), 0)).item_double();
      double other = model.loss(input, Pass.training(Rng.of(2, "test"), 0)).item_double();
      assertThat(same).isEqualTo(one);
      assertThat(other).isNotEqualTo(one);
    }
  }

  private MaskedAutoencoder model() {
    Map<String, Tensor> trained = new LinkedHashMap<>();
    Map<String, Tensor> statistics = new LinkedHashMap<>();
    NamedTensors all = golden.tensors("model.");
    all.forEach(
        (name, value) -> {
          if (BatchNorm.isStatistic(name)) {
            statistics.put(name, value);
          } else {
            trained.put(name, value.requires_grad_(true));
          }
        });
    int width = golden.config().path("width").asInt();
    NamedTensors token =
        NamedTensors.of(
            Map.of("cls_token", Init.zeros(1, 1, width), "cls_pos", Init.zeros(1, 1, width)));
    PointTransformer shape =
        PointReference.of(
            all.and(token), golden.config(), PointConfig.Positions.EVERY_BLOCK, false);
    return new MaskedAutoencoder(
        shape,
        new MaskedAutoencoder.Options(0.5, golden.config().path("decoderDepth").asInt()),
        NamedTensors.of(trained),
        NamedTensors.of(statistics));
  }

  private List<String> zeroGradients() {
    return StreamSupport.stream(golden.config().path("zeroGradients").spliterator(), false)
        .map(node -> node.asString())
        .toList();
  }

  /** Indices (B, n) of the groups whose mask has a value. */
  private Tensor groups(int value) {
    long[] mask = golden.longs("mask");
    int all = golden.config().path("groups").asInt();
    List<Long> chosen = new ArrayList<>();
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == value) {
        chosen.add((long) (i % all));
      }
    }
    int clouds = mask.length / all;
    long[] indices = chosen.stream().mapToLong(Long::longValue).toArray();
    return Tensors.of(indices, clouds, indices.length / clouds);
  }
}
