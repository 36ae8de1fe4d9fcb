package dev.adapterx.scenes.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurfaceSamplerTest {
  private static final double[] NO_HOLE = {0, 0, 0, 0};

  @Test
  void each_part_gets_points_by_its_area() {
    Modeller m = new Modeller(new Surface());
    m.box(0, 0, 0, 1, 1, 1);
    m.box(5, 0, 0, 2, 2, 2);
    double[] p = new SurfaceSampler(m.surface()).points(Rng.of(1, "t"), 5000, NO_HOLE);
    int large = 0;
    for (int i = 0; i < p.length; i += 3) {
      large += p[i] > 2 ? 1 : 0;
    }
    assertThat(large).isEqualTo(4000); // 24 of 30 units of area, exact by systematic sampling
  }

  @Test
  void no_point_lies_inside_another_part() {
    Modeller m = new Modeller(new Surface());
    m.box(0, 0, 0, 2, 2, 2);
    m.move(1, 0, 0).turnZ(0.4).ball(0, 0, 0, 0.9, 0.5, 0.5);
    double[] p = new SurfaceSampler(m.surface()).points(Rng.of(1, "t"), 4000, NO_HOLE);
    for (int i = 0; i < p.length; i += 3) {
      boolean inBox =
          Math.abs(p[i]) < 0.98 && Math.abs(p[i + 1]) < 0.98 && Math.abs(p[i + 2]) < 0.98;
      assertThat(inBox).isFalse();
    }
  }

  @Test
  void a_part_that_hides_all_others_still_gives_every_point() {
    Modeller m = new Modeller(new Surface());
    m.box(0, 0, 0, 2, 2, 2);
    double[] everywhere = {0, 0, 0, 9};
    double[] p = new SurfaceSampler(m.surface()).points(Rng.of(1, "t"), 100, everywhere);
    for (int i = 0; i < p.length; i += 3) {
      double most = Math.max(Math.abs(p[i]), Math.max(Math.abs(p[i + 1]), Math.abs(p[i + 2])));
      assertThat(most).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void ears_cover_a_concave_outline_once() {
    double[][] arrow = {{0, 0}, {2, 0}, {2, 2}, {1, 0.5}, {0, 2}};
    List<int[]> ears = Ears.of(arrow);
    double area = 0;
    for (int[] e : ears) {
      double[] a = arrow[e[0]];
      double[] b = arrow[e[1]];
      double[] c = arrow[e[2]];
      area += Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2;
    }
    assertThat(ears).hasSize(3);
    assertThat(area).isCloseTo(2.5, within(1e-12)); // the square's 4 less the notch's 1.5
  }

  @Test
  void a_placement_and_its_inverse_undo_each_other() {
    Placement p =
        Placement.HERE.move(1, 2, 3).turnX(0.3).turnY(-1).turnZ(2).scale(0.5, 2, 3).move(4, 5, 6);
    Placement back = p.inverse();
    double x = p.x(0.1, 0.2, 0.3);
    double y = p.y(0.1, 0.2, 0.3);
    double z = p.z(0.1, 0.2, 0.3);
    assertThat(back.x(x, y, z)).isCloseTo(0.1, within(1e-12));
    assertThat(back.y(x, y, z)).isCloseTo(0.2, within(1e-12));
    assertThat(back.z(x, y, z)).isCloseTo(0.3, within(1e-12));
  }
}
