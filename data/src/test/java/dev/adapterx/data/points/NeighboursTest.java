package dev.adapterx.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeighboursTest {
  private static final Rng RNG = Rng.of(11, "neighbours");

  /** Sorts all points by distance in double; the sort is stable, so ties keep their order. */
  private static int[] slow(PointCloud cloud, int[] centres, int k) {
    return Arrays.stream(centres)
        .flatMap(
            centre ->
                IntStream.range(0, cloud.size())
                    .boxed()
                    .sorted(
                        Comparator.comparingDouble(i -> Clouds.squaredDistance(cloud, centre, i)))
                    .limit(k)
                    .mapToInt(i -> i))
        .toArray();
  }

  @Test
  void points_on_a_line_are_found_as_computed_by_hand() {
    PointCloud line = Clouds.of(0, 0, 0, 1, 0, 0, 3, 0, 0, 7, 0, 0);
    assertThat(Neighbours.of(line, new int[] {2, 0}, 3)).containsExactly(2, 1, 0, 0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 1024})
  void agrees_with_a_full_sort_on_lattices_with_ties_and_duplicates(int steps) {
    for (int k : new int[] {1, 2, 3, 8, 32, 119, 120}) {
      PointCloud cloud = Clouds.lattice(120, steps, RNG.at(steps).at(k));
      int[] centres = {0, 119, 60, 60, 7};
      assertThat(Neighbours.of(cloud, centres, k)).containsExactly(slow(cloud, centres, k));
    }
  }

  @Test
  void agrees_with_a_full_sort_whether_points_come_nearest_first_or_last() {
    double[] rising = new double[300];
    double[] falling = new double[300];
    for (int i = 0; i < 100; i++) {
      rising[3 * i] = i;
      falling[3 * i] = 99 - i;
    }
    assertThat(Neighbours.of(Clouds.of(rising), new int[] {0}, 4)).containsExactly(0, 1, 2, 3);
    assertThat(Neighbours.of(Clouds.of(falling), new int[] {99}, 4))
        .containsExactly(99, 98, 97, 96);
  }

  @Test
  void equal_points_come_in_the_order_of_their_indices_the_centre_among_them() {
    PointCloud cloud = Clouds.of(1, 1, 1, 5, 0, 0, 1, 1, 1, 1, 1, 1);
    assertThat(Neighbours.of(cloud, new int[] {2}, 2)).containsExactly(0, 2);
    assertThat(Neighbours.of(cloud, new int[] {3}, 4)).containsExactly(0, 2, 3, 1);
  }

  @Test
  void points_near_the_origin_are_neighbours_though_never_centres() {
    PointCloud cloud = Clouds.of(0.05, 0, 0, 0, 0, 0, 1, 0, 0);
    assertThat(Neighbours.of(cloud, new int[] {0}, 2)).containsExactly(0, 1);
  }

  @Test
  void more_neighbours_than_there_are_points_or_none_are_refused() {
    PointCloud cloud = Clouds.of(1, 0, 0, 2, 0, 0);
    assertThatThrownBy(() -> Neighbours.of(cloud, new int[] {0}, 3))
        .isInstanceOf(DataException.class)
        .hasMessage("Nearest neighbours: cannot find 3 points in a cloud of 2, expected 1 to 2");
    assertThatThrownBy(() -> Neighbours.of(cloud, new int[] {0}, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot find 0 points");
  }
}
