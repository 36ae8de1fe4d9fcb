package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MeshSamplingTest {
  /** Areas 1 (in the plane z = 0), 0 and 3 (in the plane z = 1). */
  private static final Mesh ONE_AND_THREE =
      new Mesh(
          new float[] {0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 1, 0, 3, 1},
          new int[] {0, 1, 2, 0, 1, 1, 3, 4, 5},
          3,
          0);

  @Test
  void triangles_are_drawn_by_area_and_never_without_one() {
    int n = 40_000;
    float[] xyz = new MeshSampling(n, 11).sample(ONE_AND_THREE, "a.off").xyz();
    int upper = 0;
    for (int i = 0; i < n; i++) {
      float z = xyz[3 * i + 2];
      assertThat(z == 0 || z == 1).as("on one of the two planes").isTrue();
      upper += (int) z;
    }
    // Binomial: standard deviation sqrt(0.75 * 0.25 / n) = 0.0022; four of them.
    assertThat((double) upper / n).isCloseTo(0.75, within(0.0087));
  }

  @Test
  void points_lie_within_their_triangle_and_spread_evenly() {
    Mesh triangle = new Mesh(new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0}, new int[] {0, 1, 2}, 1, 0);
    int n = 40_000;
    float[] xyz = new MeshSampling(n, 5).sample(triangle, "a.off").xyz();
    double x = 0;
    double y = 0;
    double xx = 0;
    int nearCorner = 0;
    for (int i = 0; i < n; i++) {
      float px = xyz[3 * i];
      float py = xyz[3 * i + 1];
      assertThat(px >= 0 && py >= 0 && px + py <= 1.000001f).isTrue();
      x += px;
      y += py;
      xx += (double) px * px;
      nearCorner += px + py < 0.5 ? 1 : 0;
    }
    // E[x] = E[y] = 1/3, E[x²] = 1/6, a quarter of the area at the first corner.
    assertThat(x / n).isCloseTo(1 / 3.0, within(0.005));
    assertThat(y / n).isCloseTo(1 / 3.0, within(0.005));
    assertThat(xx / n).isCloseTo(1 / 6.0, within(0.005));
    assertThat((double) nearCorner / n).isCloseTo(0.25, within(0.009));
  }

  @Test
  void points_lie_in_the_plane_of_a_tilted_triangle() {
    Mesh tilted = new Mesh(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new int[] {0, 1, 2}, 1, 0);
    float[] xyz = new MeshSampling(1000, 5).sample(tilted, "a.off").xyz();
    for (int i = 0; i < 1000; i++) {
      assertThat(xyz[3 * i] + xyz[3 * i + 1] + xyz[3 * i + 2]).isCloseTo(1f, within(1e-6f));
    }
  }

  @Test
  void the_name_and_the_seed_alone_decide_the_draws() {
    float[] first = new MeshSampling(100, 1).sample(ONE_AND_THREE, "a.off").xyz();
    assertThat(new MeshSampling(100, 1).sample(ONE_AND_THREE, "a.off").xyz()).isEqualTo(first);
    assertThat(new MeshSampling(100, 2).sample(ONE_AND_THREE, "a.off").xyz()).isNotEqualTo(first);
    assertThat(new MeshSampling(100, 1).sample(ONE_AND_THREE, "b.off").xyz()).isNotEqualTo(first);
    assertThat(new MeshSampling(10, 1).sample(ONE_AND_THREE, "a.off").xyz())
        .as("fewer points are the first of more")
        .isEqualTo(Arrays.copyOf(first, 30));
  }

  @Test
  void a_number_of_points_out_of_range_is_refused() {
    assertThatThrownBy(() -> new MeshSampling(0, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Cannot sample 0 points of a mesh; expected 1 to 50000000");
    assertThatThrownBy(() -> new MeshSampling(50_000_001, 1)).isInstanceOf(ConfigException.class);
  }
}
