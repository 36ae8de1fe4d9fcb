package dev.adapterx.dense.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.Selection;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewsTest {
  /** A floor of 4 x 2 metres with a point every 10 cm, far from the origin. */
  private static PointCloud floor() {
    float[] xyz = new float[3 * 40 * 20];
    for (int i = 0; i < 800; i++) {
      xyz[3 * i] = 500 + 0.1f * (i % 40);
      xyz[3 * i + 1] = -20 + 0.1f * (i / 40);
      xyz[3 * i + 2] = 7;
    }
    return new PointCloud(xyz);
  }

  @Test
  void columns_overlap_by_half_and_have_every_point() {
    PointCloud cloud = floor();
    Views views = new Views(1, 1);
    int each = 32;
    int[] all = views.all(cloud, each, Rng.of(1, "views"));
    assertThat(all.length % each).isZero();
    int[] seen = new int[800];
    for (int v = 0; v < all.length / each; v++) {
      int[] points = Arrays.copyOfRange(all, v * each, (v + 1) * each);
      Arrays.stream(points).distinct().forEach(p -> seen[p]++);
      PointCloud placed = views.placed(Selection.of(cloud, points));
      float least = 0;
      float most = 0;
      for (int i = 0; i < each; i++) {
        least = Math.min(least, placed.xyz()[3 * i]);
        most = Math.max(most, placed.xyz()[3 * i]);
        assertThat(placed.xyz()[3 * i + 2]).isZero(); // the lowest point
      }
      assertThat(most).isLessThanOrEqualTo(0.5f);
      assertThat(least).isBetween(-most - 1e-4f, -most + 1e-4f);
    }
    assertThat(Arrays.stream(seen).min().orElse(0)).isPositive();
    // in the middle of the floor four columns have each point
    assertThat(seen[10 * 40 + 20]).isGreaterThanOrEqualTo(4);
    assertThat(views.all(cloud, each, Rng.of(1, "views"))).isEqualTo(all);
    assertThat(new Views(1, 3).all(cloud, each, Rng.of(1, "views"))).hasSize(3 * all.length);
  }

  @Test
  void training_sees_one_column_at_a_time() {
    PointCloud cloud = floor();
    for (int i = 0; i < 20; i++) {
      int[] view = new Views(1, 1).drawn(cloud, 64, Rng.of(i, "draw"));
      assertThat(view).hasSize(64);
      PointCloud drawn = Selection.of(cloud, view);
      float[] x = new float[64];
      for (int p = 0; p < 64; p++) {
        x[p] = drawn.xyz()[3 * p];
      }
      Arrays.sort(x);
      assertThat(x[63] - x[0]).isLessThanOrEqualTo(1.001f);
    }
  }

  @Test
  void a_lonely_point_is_not_lost() {
    float[] xyz = Arrays.copyOf(floor().xyz(), 3 * 801);
    xyz[2400] = 900;
    int[] all = new Views(1, 1).all(new PointCloud(xyz), 32, Rng.of(1, "v"));
    assertThat(all).contains(800);
  }

  @Test
  void clusters_are_points_of_a_class_that_hang_together() {
    PointCloud cloud =
        new PointCloud(
            new float[] {
              0, 0, 0, 0.3f, 0, 0, 0.3f, 0.4f, 0, 5, 0, 0, 5, 0, 0.5f, 0.1f, 0, 0, 9, 9, 9
            });
    List<Clusters.Cluster> found =
        new Clusters(0.5, 2).of(cloud, new short[] {1, 1, 1, 1, 1, 0, 1});
    assertThat(found).hasSize(2); // the lonely ones are left out
    assertThat(found.get(0))
        .isEqualTo(new Clusters.Cluster(1, 3, List.of(0f, 0f, 0f), List.of(0.3f, 0.4f, 0f)));
    assertThat(found.get(1))
        .isEqualTo(new Clusters.Cluster(1, 2, List.of(5f, 0f, 0f), List.of(5f, 0f, 0.5f)));
    assertThat(new Clusters(0.5, 1).of(cloud, new short[] {1, 1, 1, 1, 1, 0, 1})).hasSize(4);
  }

  @Test
  void what_does_not_fit_is_refused() {
    assertThatThrownBy(() -> new Views(-1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.parts.block: expected the side of a column");
    assertThatThrownBy(() -> new Clusters(0, 1)).hasMessageContaining("expected a number above 0");
  }
}
