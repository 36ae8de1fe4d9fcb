package dev.adapterx.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarthestPointsTest {
  private static final Rng RNG = Rng.of(7, "farthest");

  /** Straight from the definition: sorts all points anew for each one taken, in double. */
  private static int[] slow(PointCloud cloud, int count) {
    List<Integer> taken = new ArrayList<>(List.of(0));
    List<Integer> selectable =
        IntStream.range(0, cloud.size())
            .filter(i -> Clouds.norm(cloud, i) > 0.0316228)
            .boxed()
            .toList();
    while (taken.size() < count) {
      Comparator<Integer> nearestFirst =
          Comparator.comparingDouble(
              i ->
                  taken.stream()
                      .mapToDouble(t -> Clouds.squaredDistance(cloud, i, t))
                      .min()
                      .orElseThrow());
      taken.add(
          selectable.stream()
              .sorted(nearestFirst.reversed().thenComparing(i -> i))
              .findFirst()
              .orElse(0));
    }
    return taken.stream().mapToInt(i -> i).toArray();
  }

  @Test
  void points_on_a_line_are_taken_as_computed_by_hand() {
    PointCloud line = Clouds.of(1, 0, 0, 2, 0, 0, 4, 0, 0, 8, 0, 0);
    assertThat(FarthestPoints.of(line, 4)).containsExactly(0, 3, 2, 1);
    assertThat(FarthestPoints.of(line, 2)).containsExactly(0, 3);
    assertThat(FarthestPoints.of(line, 1)).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 1024})
  void agrees_with_the_definition_on_lattices_with_ties_duplicates_and_a_middle(int steps) {
    for (int seed = 0; seed < 4; seed++) {
      PointCloud cloud = Clouds.lattice(61, steps, RNG.at(steps).at(seed));
      assertThat(FarthestPoints.of(cloud, 40)).containsExactly(slow(cloud, 40));
    }
    PointCloud tiny = Clouds.lattice(5, steps, RNG.at(steps));
    assertThat(FarthestPoints.of(tiny, 5)).containsExactly(slow(tiny, 5));
  }

  @Test
  void agrees_with_the_definition_on_random_clouds_of_any_size() {
    for (int points : new int[] {1, 2, 7, 64, 150}) {
      PointCloud cloud = Clouds.random(points, RNG.at(points));
      int count = Math.min(points, 50);
      assertThat(FarthestPoints.of(cloud, count)).containsExactly(slow(cloud, count));
    }
  }

  @Test
  void takes_no_point_twice_while_there_are_others() {
    PointCloud cloud = Clouds.random(600, RNG);
    long selectable = IntStream.range(0, 600).filter(i -> Clouds.norm(cloud, i) > 0.0317).count();
    assertThat(FarthestPoints.of(cloud, (int) selectable)).doesNotHaveDuplicates();
  }

  @Test
  void of_equally_far_points_the_first_is_taken() {
    PointCloud cross = Clouds.of(1, 0, 0, 1, 2, 0, 1, 0, 2, 1, -2, 0, 1, 0, -2);
    // All are 2 from the first and farther from each other.
    assertThat(FarthestPoints.of(cross, 5)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void a_point_near_the_origin_is_taken_only_as_the_first() {
    // 0.0316² = 0.00099856 is within the 0.001 of padding, 0.0317² = 0.00100489 is not.
    PointCloud cloud = Clouds.of(0, 0.0316, 0, 0.0316, 0, 0, 0, 0.0317, 0, 0.5, 0, 0, 0, 0, 0);
    assertThat(FarthestPoints.of(cloud, 5)).containsExactly(0, 3, 2, 2, 2);
  }

  @Test
  void the_edge_of_the_padding_is_the_double_nearest_to_a_thousandth() {
    // In float 0.01992² + 0.02456² is the float nearest to 0.001, which is above the double;
    // 0.01² + 0.03² is the float before it.
    assertThat(FarthestPoints.of(Clouds.of(1, 0, 0, 0.01992, 0.02456, 0), 2)).containsExactly(0, 1);
    assertThat(FarthestPoints.of(Clouds.of(1, 0, 0, 0.01, 0.03, 0), 2)).containsExactly(0, 0);
  }

  @Test
  void the_first_that_may_be_taken_is_repeated_when_all_have_been() {
    PointCloud cloud = Clouds.of(0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0);
    assertThat(FarthestPoints.of(cloud, 5)).containsExactly(0, 2, 1, 1, 1);
  }

  @Test
  void a_cloud_of_padding_gives_its_first_point_only() {
    assertThat(FarthestPoints.of(Clouds.of(0, 0, 0.01, 0, 0.02, 0, 0.01, 0, 0), 3))
        .containsExactly(0, 0, 0);
  }

  @Test
  void squared_distances_beyond_1e10_count_as_1e10() {
    PointCloud wide = Clouds.of(1, 0, 0, 2e5, 0, 0, 9e5, 0, 0);
    assertThat(FarthestPoints.of(wide, 2)).containsExactly(0, 1);
    PointCloud overflowing = Clouds.of(-3e38, 0, 0, 3e38, 0, 0, 0, 3e38, 0);
    assertThat(FarthestPoints.of(overflowing, 3)).containsExactly(0, 1, 2);
  }

  @Test
  void more_points_than_there_are_or_none_are_refused() {
    PointCloud cloud = Clouds.of(1, 0, 0, 2, 0, 0);
    assertThatThrownBy(() -> FarthestPoints.of(cloud, 3))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Farthest point sampling: cannot take 3 points from a cloud of 2, expected 1 to 2");
    assertThatThrownBy(() -> FarthestPoints.of(cloud, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot take 0 points");
  }
}
