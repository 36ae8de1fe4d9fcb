package dev.adapterx.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PointSelectionTest {
  private static final Rng RNG = Rng.of(17, "selection");

  /** Points whose x says which they are, none of them near the origin. */
  private static PointCloud numbered(int points) {
    double[] xyz = new double[3 * points];
    for (int i = 0; i < points; i++) {
      xyz[3 * i] = i;
      xyz[3 * i + 1] = 1 + RNG.at(i).nextDouble();
      xyz[3 * i + 2] = -i;
    }
    return Clouds.of(xyz);
  }

  private static List<Integer> numbers(PointCloud cloud) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < cloud.size(); i++) {
      assertThat(cloud.xyz()[3 * i + 2]).isEqualTo(-cloud.xyz()[3 * i]);
      numbers.add((int) cloud.xyz()[3 * i]);
    }
    return numbers;
  }

  private static List<Integer> list(int[] numbers) {
    return IntStream.of(numbers).boxed().toList();
  }

  @Test
  void a_sample_is_the_farthest_points_in_their_order() {
    PointCloud cloud = numbered(90);
    assertThat(numbers(new Sample(20).apply(cloud, RNG)))
        .isEqualTo(list(FarthestPoints.of(cloud, 20)));
  }

  @Test
  void a_random_subset_is_distinct_and_from_the_farthest_points() {
    PointCloud cloud = numbered(400);
    List<Integer> farthest = list(FarthestPoints.of(cloud, 117));
    List<Integer> chosen = numbers(new RandomSubset(100).apply(cloud, RNG.at(1)));
    assertThat(chosen).hasSize(100).doesNotHaveDuplicates().isSubsetOf(farthest);
    assertThat(list(FarthestPoints.of(cloud, 100)).containsAll(chosen)).isFalse();
    assertThat(numbers(new RandomSubset(100).apply(cloud, RNG.at(2)))).isNotEqualTo(chosen);
    assertThat(numbers(new RandomSubset(100).apply(cloud, RNG.at(1)))).isEqualTo(chosen);
  }

  @Test
  void a_random_subset_of_all_points_is_a_permutation() {
    List<Integer> chosen = numbers(new RandomSubset(400).apply(numbered(400), RNG));
    List<Integer> all = IntStream.range(0, 400).boxed().toList();
    assertThat(chosen).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
  }

  @Test
  void a_random_subset_chooses_from_as_many_as_published() {
    assertThat(
            IntStream.of(1024, 2048, 4096, 8192, 100, 1).map(n -> new RandomSubset(n).candidates()))
        .containsExactly(1200, 2400, 4800, 8192, 117, 1);
    assertThat(new RandomSubset(Integer.MAX_VALUE).candidates()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void more_points_than_there_are_or_none_are_refused() {
    PointCloud cloud = numbered(9);
    assertThatThrownBy(() -> new Sample(10).apply(cloud, RNG))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot take 10 points from a cloud of 9");
    assertThatThrownBy(() -> new RandomSubset(10).apply(cloud, RNG))
        .isInstanceOf(DataException.class)
        .hasMessage("Random subset: expected at least 10 points, found 9");
    assertThatThrownBy(() -> new Sample(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("sample: points must be at least 1, found 0");
    assertThatThrownBy(() -> new RandomSubset(-1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("random subset: points must be at least 1, found -1");
  }
}
