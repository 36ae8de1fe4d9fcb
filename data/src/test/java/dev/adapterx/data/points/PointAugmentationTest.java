package dev.adapterx.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import org.junit.jupiter.api.Test;

class PointAugmentationTest {
  private static final PointCloud CLOUD = Clouds.random(20, Rng.of(19, "cloud"));

  private static float[] applied(String name, long step) {
    return PointAugmentation.named(name).apply(CLOUD, Rng.of(19, "augment").at(step)).xyz();
  }

  @Test
  void presets_are_known_by_name() {
    assertThat(PointAugmentation.names())
        .containsExactly("none", "scale-translate", "rotate-y", "scale-rotate", "scale-shift");
  }

  @Test
  void each_preset_depends_on_the_stream_alone_and_leaves_the_cloud() {
    float[] before = CLOUD.xyz().clone();
    for (String name : PointAugmentation.names()) {
      assertThat(applied(name, 1)).containsExactly(applied(name, 1));
      if (!name.equals("none")) {
        assertThat(applied(name, 1)).isNotEqualTo(applied(name, 2)).isNotEqualTo(before);
      }
    }
    assertThat(CLOUD.xyz()).containsExactly(before);
    assertThat(applied("none", 1)).containsExactly(before);
  }

  @Test
  void presets_are_the_transforms_they_name() {
    Rng rng = Rng.of(19, "augment");
    assertThat(applied("scale-translate", 3))
        .containsExactly(new ScaleTranslate().apply(CLOUD, rng.at(3)).xyz());
    assertThat(applied("rotate-y", 3)).containsExactly(new RotateY().apply(CLOUD, rng.at(3)).xyz());
  }

  @Test
  void scale_shift_keeps_the_proportions() {
    float[] seen = applied("scale-shift", 4);
    double[] scale = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double from = CLOUD.xyz()[axis];
      int other = 0;
      for (int i = 1; i < CLOUD.size(); i++) {
        other = Math.abs(CLOUD.xyz()[3 * i + axis] - from) > 0.1 ? i : other;
      }
      double apart = CLOUD.xyz()[3 * other + axis] - from;
      scale[axis] = (seen[3 * other + axis] - seen[axis]) / apart;
      assertThat(seen[axis] - scale[axis] * from).isBetween(-0.1 - 1e-5, 0.1 + 1e-5);
    }
    assertThat(scale[0]).isBetween(0.8, 1.25);
    assertThat(scale[1]).isCloseTo(scale[0], within(1e-4));
    assertThat(scale[2]).isCloseTo(scale[0], within(1e-4));
  }

  @Test
  void scale_rotate_scales_first() {
    float[] seen = applied("scale-rotate", 4);
    for (int i = 0; i < CLOUD.size(); i++) {
      // Turning about y keeps the height, so heights show the scale of y alone.
      double scale = seen[3 * i + 1] / (double) CLOUD.xyz()[3 * i + 1];
      assertThat(scale).isBetween(0.9 - 1e-6, 1.1 + 1e-6);
    }
    Rng rng = Rng.of(19, "augment").at(4);
    PointCloud scaled = new ScaleOnly().apply(CLOUD, rng);
    assertThat(seen).containsExactly(new RotateY().apply(scaled, rng).xyz());
  }

  @Test
  void an_unknown_name_is_answered_with_the_known_ones() {
    assertThatThrownBy(() -> PointAugmentation.named("rotate"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.augment: there is no augmentation 'rotate' of point clouds; they have none,"
                + " scale-translate, rotate-y, scale-rotate, scale-shift; did you mean 'rotate-y'?");
  }
}
