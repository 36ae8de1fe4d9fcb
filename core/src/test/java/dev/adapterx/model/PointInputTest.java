package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A point transformer takes clouds of points, which it groups, or their groups. */
class PointInputTest {
  private final Scope scope = Scope.open();
  private final PointTransformer backbone = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
  private final Tensor points = Init.normal(Rng.of(5, "points"), 0, 1, 3, 24, 3);
  private final Tensor groups = PointGroups.of(points, 6, 5);

  @AfterEach
  void free() {
    backbone.close();
    scope.close();
  }

  private float[] features(Backbone of, Tensor input) {
    return Tensors.floats(
        of.features(input, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled()).pooled());
  }

  @Test
  void points_give_the_bits_of_their_groups() {
    assertThat(features(backbone, points)).isEqualTo(features(backbone, groups));
  }

  @Test
  void pre_training_takes_points_as_well() {
    try (MaskedAutoencoder model =
        MaskedAutoencoder.initial(
            backbone, MaskedAutoencoder.Options.defaults(), Rng.of(1, "init"))) {
      float ofPoints = Tensors.floats(model.loss(points, Pass.training(Rng.of(1, "walk"), 0)))[0];
      float ofGroups = Tensors.floats(model.loss(groups, Pass.training(Rng.of(1, "walk"), 0)))[0];
      assertThat(ofPoints).isEqualTo(ofGroups);
    }
  }

  /** From points to features no value is read. */
  @Test
  void the_walk_from_points_stays_on_its_device() {
    Map<String, Tensor> there = new LinkedHashMap<>();
    backbone.tensors().forEach((name, t) -> there.put(name, Device.META.place(t)));
    try (Backbone rehearsed = backbone.over(NamedTensors.of(there))) {
      Tensor features =
          rehearsed
              .features(points, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled())
              .pooled();
      assertThat(Device.of(features)).isEqualTo(Device.META);
      assertThat(features.shape()).containsExactly(3, 64);
    }
  }

  @Test
  void another_number_of_points_is_named() {
    assertThatThrownBy(() -> features(backbone, points.narrow(1, 0, 23)))
        .isInstanceOf(AdapterXException.class)
        .hasMessage(
            "grouping: expected clouds of shape (3, 24, 3), or their groups (3, 6, 6, 3), found"
                + " (3, 23, 3)");
    assertThatThrownBy(() -> features(backbone, Init.zeros(3, 24, 4)))
        .isInstanceOf(AdapterXException.class)
        .hasMessageEndingWith("found (3, 24, 4)");
    assertThatThrownBy(() -> features(backbone, Init.zeros(3, 24)))
        .isInstanceOf(AdapterXException.class)
        .hasMessageStartingWith("encoder: expected groups of shape (3, 6, 6, 3)");
  }

  @Test
  void a_vision_transformer_leaves_its_input_alone() {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      assertThat(vit.preprocessing().finished(points)).isSameAs(points);
    }
  }
}
