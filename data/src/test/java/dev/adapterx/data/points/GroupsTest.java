package dev.adapterx.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupsTest {
  private static final PointCloud LINE = Clouds.of(1, 0, 0, 2, 0, 9, 4, 0, 0, 8, 5, 0);

  @Test
  void centres_are_the_farthest_points_with_their_neighbours() {
    PointCloud cloud = Clouds.random(200, Rng.of(3, "groups"));
    Groups groups = Groups.of(cloud, 16, 8);
    assertThat(groups.centres()).containsExactly(FarthestPoints.of(cloud, 16));
    assertThat(groups.neighbours()).containsExactly(Neighbours.of(cloud, groups.centres(), 8));
  }

  @Test
  void a_row_is_the_centre_and_then_its_neighbours_seen_from_it() {
    float[] into = new float[Groups.values(2, 2) + 3];
    Arrays.fill(into, 77);
    // Squared distances from point 0: 82 to point 1, 9 to point 2, 74 to point 3.
    // From point 1: 85 to point 2, 142 to point 3.
    Groups.write(LINE, 2, 2, into, 2);
    assertThat(into)
        .containsExactly(77, 77, 1, 0, 0, 0, 0, 0, 3, 0, 0, 2, 0, 9, 0, 0, 0, -1, 0, -9, 77);
  }

  @Test
  void a_network_of_64_groups_of_32_takes_6336_values() {
    assertThat(Groups.values(64, 32)).isEqualTo(6336);
    assertThat(Groups.values(1, 1)).isEqualTo(6);
  }

  @Test
  void every_point_belongs_to_the_first_of_its_nearest_centres() {
    PointCloud cloud = Clouds.lattice(300, 4, Rng.of(5, "colours"));
    int[] centres = FarthestPoints.of(cloud, 20);
    int[] expected =
        IntStream.range(0, cloud.size())
            .map(
                i ->
                    IntStream.range(0, 20)
                        .boxed()
                        .min(
                            Comparator.comparingDouble(
                                    (Integer g) -> Clouds.squaredDistance(cloud, i, centres[g]))
                                .thenComparing(g -> g))
                        .orElseThrow())
            .toArray();
    assertThat(Groups.nearestCentre(cloud, centres)).containsExactly(expected);
    assertThat(Groups.nearestCentre(LINE, new int[] {0, 3})).containsExactly(0, 0, 0, 1);
  }

  @Test
  void a_cloud_too_small_for_its_groups_is_refused() {
    assertThatThrownBy(() -> Groups.of(LINE, 5, 2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot take 5 points from a cloud of 4");
    assertThatThrownBy(() -> Groups.of(LINE, 2, 5))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot find 5 points in a cloud of 4");
    assertThatThrownBy(() -> new Groups(new int[] {0, 1}, new int[3]))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found 3 neighbours for 2 centres");
  }

  @Test
  void group_sizes_that_no_array_holds_are_refused() {
    assertThatThrownBy(() -> Groups.values(1_000_000, 1000))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("found 1000000 groups of 1000 neighbours");
    assertThatThrownBy(() -> Groups.values(64, Integer.MAX_VALUE))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> Groups.values(0, 32))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at least one group of at least one neighbour");
  }
}
