package dev.adapterx.scenes.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.scenes.images.NearestMean;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class FormulaShapesTest {
  private static final int FAMILIES = 69;
  private final FormulaShapes shapes = new FormulaShapes(7, 3 * FAMILIES);

  /** One cloud per family; a change here changes every pre-trained backbone. */
  @ParameterizedTest
  @CsvFileSource(resources = "formula-shapes.csv")
  void points_are_the_same_on_every_machine(int classIndex, String family, long crc) {
    assertThat(shapes.family(classIndex)).isEqualTo(family);
    assertThat(CloudFeatures.crc(shapes.cloud(classIndex, 3, 64))).isEqualTo(crc);
  }

  @Test
  void a_cloud_depends_on_seed_class_instance_and_points_only() {
    FormulaShapes again = new FormulaShapes(7, 4 * FAMILIES);
    FormulaShapes other = new FormulaShapes(8, FAMILIES);
    for (int c = FAMILIES - 1; c >= 0; c--) {
      float[] xyz = shapes.cloud(c, 5, 64).xyz();
      assertThat(again.cloud(c, 5, 64).xyz()).isEqualTo(xyz);
      assertThat(other.cloud(c, 5, 64).xyz()).isNotEqualTo(xyz);
    }
  }

  @Test
  void every_cloud_has_its_points_about_the_origin_within_the_unit_sphere() {
    for (int c = 0; c < shapes.classes(); c++) {
      for (int i = 0; i < 3; i++) {
        PointCloud cloud = shapes.cloud(c, 1000 * i, 200 + c);
        assertThat(cloud.size()).isEqualTo(200 + c);
        double[] meanAndRadius = CloudFeatures.meanAndRadius(cloud);
        assertThat(meanAndRadius[0]).as(shapes.family(c)).isCloseTo(0, within(1e-6));
        assertThat(meanAndRadius[1]).as(shapes.family(c)).isCloseTo(1, within(1e-6));
        for (float v : cloud.xyz()) {
          assertThat(Float.isFinite(v)).isTrue();
        }
      }
    }
  }

  @Test
  void no_two_instances_and_no_two_classes_are_the_same() {
    Set<Long> seen = new HashSet<>();
    for (int c = 0; c < shapes.classes(); c++) {
      for (int i = -2; i < 4; i++) {
        seen.add(CloudFeatures.crc(shapes.cloud(c, i, 16)));
      }
    }
    assertThat(seen).hasSize(6 * shapes.classes());
  }

  @Test
  void neighbouring_points_of_a_cloud_are_not_neighbours_in_space() {
    double order = 0;
    double reverse = 0;
    for (int c = 0; c < FAMILIES; c++) {
      PointCloud cloud = shapes.cloud(c, 0, 128);
      for (int i = 0; i < 64; i++) {
        order += CloudFeatures.distance(cloud, i, i + 1);
        reverse += CloudFeatures.distance(cloud, i, i + 64);
      }
    }
    assertThat(order / reverse).isBetween(0.95, 1.05);
  }

  @Test
  void families_take_turns() {
    Set<String> families = new HashSet<>();
    for (int c = 0; c < FAMILIES; c++) {
      families.add(shapes.family(c));
      assertThat(shapes.family(c)).isEqualTo(shapes.family(c + FAMILIES));
    }
    assertThat(families).hasSize(FAMILIES).contains("table", "human", "fractal", "head");
  }

  @Test
  void distances_and_heights_tell_the_class() {
    double accuracy =
        NearestMean.accuracy(
            shapes.classes(),
            12,
            4,
            (c, i) -> CloudFeatures.distancesAndHeights(shapes.cloud(c, i, 256)));
    assertThat(accuracy).isBetween(0.5, 0.9); // chance is 1/207
  }

  @Test
  void one_point_is_a_cloud_too() {
    for (int c = 0; c < FAMILIES; c++) {
      assertThat(shapes.cloud(c, 0, 1).xyz()).hasSize(3).containsOnly(0);
    }
  }

  @Test
  void impossible_requests_say_what_is_possible() {
    assertThatThrownBy(() -> new FormulaShapes(1, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Formula shapes come in 1 to 100000 classes, found 0");
    assertThatThrownBy(() -> new FormulaShapes(1, 100_001)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> shapes.cloud(207, 0, 64))
        .isInstanceOf(ConfigException.class)
        .hasMessage("There is no class 207: these formula shapes have the classes 0 to 206");
    assertThatThrownBy(() -> shapes.family(-1)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> shapes.cloud(0, 0, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Formula shapes have 1 to 1048576 points, found 0");
    assertThatThrownBy(() -> shapes.cloud(0, 0, Integer.MAX_VALUE))
        .isInstanceOf(ConfigException.class);
  }
}
