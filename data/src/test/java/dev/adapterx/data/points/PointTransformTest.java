package dev.adapterx.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.DoubleSummaryStatistics;
import org.junit.jupiter.api.Test;

class PointTransformTest {
  private static final Rng RNG = Rng.of(13, "transforms");
  private static final PointCloud CLOUD = Clouds.random(50, RNG.at("cloud"));

  @Test
  void the_unit_sphere_is_reached_as_computed_by_hand() {
    PointCloud moved = new UnitSphere().apply(Clouds.of(1, 2, 3, 5, 2, 3, 3, 2, 3), RNG);
    assertThat(moved.xyz()).containsExactly(-1, 0, 0, 1, 0, 0, 0, 0, 0);
  }

  @Test
  void the_unit_sphere_is_reached_whatever_the_unit() {
    for (double unit : new double[] {1e-30, 1, 1e37}) {
      double[] xyz = new double[CLOUD.xyz().length];
      for (int i = 0; i < xyz.length; i++) {
        xyz[i] = unit * (CLOUD.xyz()[i] + 0.5);
      }
      PointCloud scaled = new UnitSphere().apply(Clouds.of(xyz), RNG);
      double[] sum = new double[3];
      double largest = 0;
      for (int i = 0; i < scaled.size(); i++) {
        largest = Math.max(largest, Clouds.norm(scaled, i));
        for (int axis = 0; axis < 3; axis++) {
          sum[axis] += scaled.xyz()[3 * i + axis];
        }
      }
      assertThat(largest).isCloseTo(1, within(1e-6));
      assertThat(sum).containsExactly(new double[3], within(1e-5));
    }
  }

  @Test
  void a_cloud_without_a_radius_is_refused() {
    assertThatThrownBy(() -> new UnitSphere().apply(Clouds.of(0.1, 0, 0, 0.1, 0, 0), RNG))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("to the unit sphere: every one of its 2 points is (0.1, 0.0, 0.0)");
    assertThatThrownBy(() -> new UnitSphere().apply(Clouds.of(0, 0, 0, Double.NaN, 0, 0), RNG))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("point 1 (counted from 0) is (NaN, 0.0, 0.0)");
  }

  @Test
  void a_quarter_turn_takes_x_to_z_and_z_to_minus_x() {
    PointCloud turned = RotateY.by(Clouds.of(1, 5, 0, 0, 6, 1), Math.PI / 2);
    assertThat(turned.xyz()).containsExactly(new float[] {0, 5, 1, -1, 6, 0}, within(1e-7f));
  }

  @Test
  void a_turn_keeps_heights_radii_and_distances_and_reaches_every_quarter() {
    boolean[] quarters = new boolean[4];
    for (int step = 0; step < 50; step++) {
      PointCloud turned = new RotateY().apply(CLOUD, RNG.at(step));
      for (int i = 0; i < CLOUD.size(); i++) {
        assertThat(turned.xyz()[3 * i + 1]).isEqualTo(CLOUD.xyz()[3 * i + 1]);
        assertThat(Clouds.norm(turned, i)).isCloseTo(Clouds.norm(CLOUD, i), within(1e-6));
        assertThat(Clouds.squaredDistance(turned, 0, i))
            .isCloseTo(Clouds.squaredDistance(CLOUD, 0, i), within(1e-5));
      }
      PointCloud east = new RotateY().apply(Clouds.of(1, 0, 0), RNG.at(step));
      quarters[(east.xyz()[0] > 0 ? 1 : 0) + (east.xyz()[2] > 0 ? 2 : 0)] = true;
    }
    assertThat(quarters).containsOnly(true);
  }

  /** Scale and shift that a transform drew, read off the images of two points. */
  private static void draws(
      PointTransform transform, DoubleSummaryStatistics scales, DoubleSummaryStatistics shifts) {
    for (int step = 0; step < 2000; step++) {
      float[] seen = transform.apply(Clouds.of(0, 0, 0, 1, 1, 1), RNG.at(step)).xyz();
      double[] scale = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        shifts.accept(seen[axis]);
        scale[axis] = (double) seen[3 + axis] - seen[axis];
        scales.accept(scale[axis]);
      }
      assertThat(scale).doesNotHaveDuplicates();
    }
  }

  @Test
  void scale_translate_fills_its_ranges_evenly() {
    DoubleSummaryStatistics scales = new DoubleSummaryStatistics();
    DoubleSummaryStatistics shifts = new DoubleSummaryStatistics();
    draws(new ScaleTranslate(), scales, shifts);
    assertThat(scales.getMin()).isBetween(2 / 3.0 - 1e-6, 0.67);
    assertThat(scales.getMax()).isBetween(1.495, 1.5 + 1e-6);
    assertThat(scales.getAverage()).isCloseTo(13 / 12.0, within(0.02));
    assertThat(shifts.getMin()).isBetween(-0.2 - 1e-6, -0.198);
    assertThat(shifts.getMax()).isBetween(0.198, 0.2 + 1e-6);
    assertThat(shifts.getAverage()).isCloseTo(0, within(0.01));
  }

  @Test
  void scale_only_shifts_nothing() {
    DoubleSummaryStatistics scales = new DoubleSummaryStatistics();
    DoubleSummaryStatistics shifts = new DoubleSummaryStatistics();
    draws(new ScaleOnly(), scales, shifts);
    assertThat(scales.getMin()).isBetween(0.9 - 1e-6, 0.901);
    assertThat(scales.getMax()).isBetween(1.099, 1.1 + 1e-6);
    assertThat(scales.getAverage()).isCloseTo(1, within(0.01));
    assertThat(shifts.getMin()).isZero();
    assertThat(shifts.getMax()).isZero();
  }

  @Test
  void then_applies_the_second_to_what_the_first_made() {
    PointTransform grow = (cloud, rng) -> Clouds.of(cloud.xyz()[0] + 1, 0, 0);
    PointTransform twice = (cloud, rng) -> Clouds.of(cloud.xyz()[0] * 2, 0, 0);
    assertThat(grow.then(twice).apply(Clouds.of(3, 0, 0), RNG).xyz()[0]).isEqualTo(8);
  }
}
