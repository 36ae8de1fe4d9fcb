package dev.adapterx.scenes.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private final Rng rng = Rng.of(1, "mask-test");

  @Test
  void a_filled_rectangle_covers_pixels_by_the_area_shared() {
    Coverage mask = new Coverage(4);
    mask.fill(Outline.of(0.125, 0.25, 0.75, 0.25, 0.75, 0.625, 0.125, 0.625));
    assertThat(mask.cover)
        .containsExactly(0, 0, 0, 0, 0.5f, 1, 1, 0, 0.25f, 0.5f, 0.5f, 0, 0, 0, 0, 0);
  }

  /** The shoelace formula against the sum of the pixels. */
  @Test
  void a_triangle_covers_its_area() {
    for (int i = 0; i < 200; i++) {
      double[] p = rng.at(i).doubles(6).toArray();
      Coverage mask = new Coverage(48);
      mask.fill(Outline.of(p));
      double area = Math.abs((p[2] - p[0]) * (p[5] - p[1]) - (p[4] - p[0]) * (p[3] - p[1])) / 2;
      assertThat(mask.share()).isCloseTo(area, within(1e-5));
    }
  }

  @Test
  void what_lies_outside_the_picture_is_cut_off() {
    Coverage mask = new Coverage(16);
    mask.fill(Outline.of(-3, -3, 0.5, -3, 0.5, 4, -3, 4));
    assertThat(mask.share()).isCloseTo(0.5, within(1e-6));
    mask.line(-5, 0.75, 7, 0.75, 0.25);
    assertThat(mask.share()).isBetween(0.6, 0.65);
  }

  @Test
  void an_outline_against_the_others_is_a_hole() {
    Coverage mask = new Coverage(32);
    mask.fill(
        List.of(
            Outline.of(0, 0, 1, 0, 1, 1, 0, 1),
            Outline.of(0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75, 0.25)));
    assertThat(mask.share()).isCloseTo(0.75, within(1e-6));
    assertThat(mask.cover[16 * 32 + 16]).isZero();
  }

  /** Against every pixel's distance to many points of the segment. */
  @Test
  void a_line_covers_pixels_near_it() {
    for (int trial = 0; trial < 50; trial++) {
      double[] p = rng.at("line").at(trial).doubles(4).toArray();
      Coverage mask = new Coverage(24);
      mask.line(p[0], p[1], p[2], p[3], 0.1);
      for (int pixel = 0; pixel < 24 * 24; pixel++) {
        double least = Double.MAX_VALUE;
        for (int i = 0; i <= 400; i++) {
          double x = 24 * (p[0] + (p[2] - p[0]) * i / 400.0) - 0.5 - pixel % 24;
          double y = 24 * (p[1] + (p[3] - p[1]) * i / 400.0) - 0.5 - pixel / 24;
          least = Math.min(least, Math.sqrt(x * x + y * y));
        }
        double covered = Math.max(0, Math.min(1, 1.2 + 0.5 - least));
        assertThat((double) mask.cover[pixel]).isCloseTo(covered, within(0.01));
      }
    }
  }

  @Test
  void the_sine_table_follows_the_sine() {
    for (double turns = -3; turns < 3; turns += 0.00137) {
      assertThat(Waves.sin(turns)).isCloseTo(Math.sin(2 * Math.PI * turns), within(4e-7));
    }
    assertThat(Waves.sin(-1e-30)).isCloseTo(0, within(1e-12));
  }
}
