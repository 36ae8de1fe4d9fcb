package dev.adapterx.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the rules written out point by point; train's tests hold them against data's Java. */
class PointGroupsTest {
  private final Scope scope = Scope.open();

  @AfterEach
  void free() {
    scope.close();
  }

  /** The rules as they are said: (B, G, K + 1, 3) in one row. */
  private static float[] expected(float[] clouds, int batch, int groups, int neighbours) {
    int n = clouds.length / batch / 3;
    float[] all = new float[batch * groups * (neighbours + 1) * 3];
    int to = 0;
    for (int b = 0; b < batch; b++) {
      float[] cloud = Arrays.copyOfRange(clouds, 3 * n * b, 3 * n * (b + 1));
      for (int centre : centres(cloud, groups)) {
        System.arraycopy(cloud, 3 * centre, all, to, 3);
        to += 3;
        List<Integer> order =
            IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> apart(cloud, i, centre)))
                .limit(neighbours)
                .toList();
        for (int i : order) {
          for (int axis = 0; axis < 3; axis++) {
            all[to++] = cloud[3 * i + axis] - cloud[3 * centre + axis];
          }
        }
      }
    }
    return all;
  }

  private static List<Integer> centres(float[] cloud, int groups) {
    List<Integer> taken = new ArrayList<>(List.of(0));
    while (taken.size() < groups) {
      int best = -1;
      float farthest = -1;
      for (int i = 0; i < cloud.length / 3; i++) {
        float x = cloud[3 * i];
        float y = cloud[3 * i + 1];
        float z = cloud[3 * i + 2];
        float reach = 1e10f;
        for (int t : taken) {
          reach = Math.min(reach, apart(cloud, i, t));
        }
        if (x * x + y * y + z * z > 1e-3 && reach > farthest) {
          best = i;
          farthest = reach;
        }
      }
      taken.add(Math.max(best, 0));
    }
    return taken;
  }

  private static float apart(float[] cloud, int i, int j) {
    float x = cloud[3 * i] - cloud[3 * j];
    float y = cloud[3 * i + 1] - cloud[3 * j + 1];
    float z = cloud[3 * i + 2] - cloud[3 * j + 2];
    return x * x + y * y + z * z;
  }

  private static void requireSame(float[] clouds, int batch, int groups, int neighbours) {
    Tensor given = Tensors.of(clouds, batch, clouds.length / batch / 3, 3);
    Tensor found = PointGroups.of(given, groups, neighbours);
    assertThat(found.shape()).containsExactly(batch, groups, neighbours + 1, 3);
    assertThat(Tensors.floats(found)).isEqualTo(expected(clouds, batch, groups, neighbours));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void groups_are_those_of_the_rules(long seed) {
    Rng rng = Rng.of(seed, "groups");
    int batch = 1 + rng.nextInt(5);
    int n = 1 + rng.nextInt(150);
    float[] clouds = new float[3 * n * batch];
    for (int i = 0; i < clouds.length; i++) {
      clouds[i] = (float) rng.nextGaussian() / 3;
    }
    requireSame(clouds, batch, 1 + rng.nextInt(n), 1 + rng.nextInt(n));
    requireSame(clouds, batch, n, n);
    requireSame(clouds, batch, 1, 1);
  }

  /** On a grid of few steps nearly every distance is a tie, and many points are the same one. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void of_equal_distances_the_lowest_index_wins(long seed) {
    Rng rng = Rng.of(seed, "ties");
    int batch = 1 + rng.nextInt(4);
    int n = 40 + rng.nextInt(2000);
    int steps = 2 + rng.nextInt(3);
    float[] clouds = new float[3 * n * batch];
    for (int i = 0; i < clouds.length; i++) {
      clouds[i] = rng.nextInt(steps) - 1;
    }
    requireSame(clouds, batch, 8, 33);
    requireSame(clouds, batch, 40, 40);
  }

  @Test
  void all_points_the_same_keep_their_order() {
    float[] clouds = new float[3 * 3000];
    Arrays.fill(clouds, 0.5f);
    Tensor points = Tensors.of(clouds, 1, 3000, 3);
    Tensor squares = PointSearch.squaresTo(points, Tensors.of(new long[] {7}, 1, 1));
    assertThat(Tensors.longs(PointSearch.nearest(squares, 3000)))
        .containsExactly(IntStream.range(0, 3000).asLongStream().toArray());
    Tensor reach = Init.constant(1, 1, 3000);
    assertThat(Tensors.longs(PointSearch.farthest(points, reach, 4))).containsExactly(0, 0, 0, 0);
  }

  @Test
  void points_at_the_origin_are_no_centres_but_the_first() {
    requireSame(new float[] {0, 0, 0, 0, 0, 0, 1, 0, 0, .03f, 0, 0, -1, 0, 0}, 1, 5, 5);
    requireSame(new float[] {0, 0, 0, .01f, 0, 0, 0, .03f, 0}, 1, 3, 2); // none may be taken
    requireSame(new float[] {2, 0, 0, 2, 0, 0, 0, 0, 0, 2, 0, 0}, 1, 4, 4); // one only
  }

  /** The float nearest to 0.001 lies above it. */
  @Test
  void the_limit_is_a_double() {
    float y = 0.0099f;
    while (.03f * .03f + y * y < 0.001f) {
      y = Math.nextUp(y);
    }
    float below = y;
    while (.03f * .03f + below * below >= 0.001f) {
      below = Math.nextDown(below);
    }
    assertThat(.03f * .03f + y * y).isEqualTo(0.001f);
    float[] cloud = {1, 0, 0, .03f, y, 0, .9f, 0, 0};
    assertThat(centres(cloud, 2)).containsExactly(0, 1);
    requireSame(cloud, 1, 3, 1);
    cloud[4] = below;
    assertThat(centres(cloud, 2)).containsExactly(0, 2);
    requireSame(cloud, 1, 3, 1);
  }

  @Test
  void distances_beyond_what_a_float_holds_count_as_far() {
    requireSame(new float[] {3e20f, 0, 0, -3e20f, 1, 0, 0, 3e20f, 0, 1, 1, 1}, 1, 4, 4);
    requireSame(new float[] {2e5f, 0, 0, -2e5f, 0, 0, 0, 3e5f, 0}, 1, 3, 3); // reach is 1e10
  }

  @Test
  void a_cloud_has_its_groups_whatever_stands_beside_it() {
    Tensor clouds = Init.normal(Rng.of(3, "clouds"), 0, 1, 3, 50, 3);
    float[] together = Tensors.floats(PointGroups.of(clouds, 6, 5).narrow(0, 1, 1));
    assertThat(Tensors.floats(PointGroups.of(clouds.narrow(0, 1, 1), 6, 5))).isEqualTo(together);
  }

  @Test
  void rows_count_through_clouds_and_are_chosen_alike_everywhere() {
    Tensor indices = Tensors.of(new long[] {0, 4, 1, 2}, 2, 1, 2);
    Tensor rows = PointSearch.rows(indices, 5);
    assertThat(Tensors.longs(rows)).containsExactly(0, 4, 6, 7);
    Tensor x = Init.normal(Rng.of(1, "rows"), 0, 1, 10, 3);
    float[] chosen = Tensors.floats(PointSearch.chosen(x, rows));
    assertThat(chosen)
        .isEqualTo(Tensors.floats(x.gather(0, rows.unsqueeze(1).expand(-1, 3))))
        .startsWith(Tensors.floats(x.select(0, 0)));
    Tensor there = PointSearch.chosen(Device.META.place(x), Device.META.place(rows));
    assertThat(there.shape()).containsExactly(4, 3);
  }

  /** Which refuses any value that is read back. */
  @Test
  void nothing_is_read_back() {
    Tensor there = Device.META.place(Init.zeros(2, 50, 3));
    Tensor found = PointGroups.of(there, 6, 5);
    assertThat(Device.of(found)).isEqualTo(Device.META);
    assertThat(found.shape()).containsExactly(2, 6, 6, 3);
  }

  @ParameterizedTest
  @CsvSource({"7, 2, 3", "2, 7, 3", "2, 2, 4", "0, 2, 3", "2, 0, 3"})
  void what_cannot_be_grouped_is_named(int groups, int neighbours, int axes) {
    Tensor clouds = Init.zeros(2, 6, axes);
    assertThatThrownBy(() -> PointGroups.of(clouds, groups, neighbours))
        .isInstanceOf(AdapterXException.class)
        .hasMessageEndingWith(
            "found (2, 6, %d) for %d groups of %d neighbours".formatted(axes, groups, neighbours));
  }
}
