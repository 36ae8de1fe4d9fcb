package dev.adapterx.scenes.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import java.util.List;
import org.junit.jupiter.api.Test;

class FractalTest {
  private final Rng rng = Rng.of(1, "fractal-test");

  @Test
  void accepted_systems_contract_and_fill_the_grid_neither_too_little_nor_too_much() {
    for (int i = 0; i < 50; i++) {
      Fractal fractal = Fractal.draw(rng.at(i));
      assertThat(fractal.maps()).hasSizeBetween(2, 8).allMatch(map -> map.stretch() < 0.951);
      // Other points than those that were accepted: some tolerance.
      double filling = Orbit.of(fractal.maps(), rng.at("again"), 4096).filling(32);
      assertThat(filling).isBetween(Fractal.LEAST_FILLING - 0.05, Fractal.MOST_FILLING + 0.05);
    }
  }

  /**
   * Four maps shrinking to 0.29 towards the corners: on each axis 0 … 0.084, 0.206 … 0.29, 0.71 …
   * 0.794 and 0.916 … 1 are left after two steps, which is 4 of 10 cells.
   */
  @Test
  void four_corner_maps_give_cantor_dust() {
    List<AffineMap> corners =
        List.of(
            new AffineMap(0.29, 0, 0, 0.29, 0, 0),
            new AffineMap(0.29, 0, 0, 0.29, 0.71, 0),
            new AffineMap(0.29, 0, 0, 0.29, 0, 0.71),
            new AffineMap(0.29, 0, 0, 0.29, 0.71, 0.71));
    Orbit orbit = Orbit.of(corners, rng, 20_000);
    assertThat(orbit.filling(10)).isCloseTo(0.16, within(1e-12));
    assertThat(orbit.narrowness()).isCloseTo(1, within(0.01));
  }

  @Test
  void stretch_is_the_largest_singular_value() {
    assertThat(new AffineMap(0, -3, 2, 0, 9, 9).stretch()).isCloseTo(3, within(1e-12));
    assertThat(new AffineMap(1, 1, 0, 1, 0, 0).stretch())
        .isCloseTo((1 + Math.sqrt(5)) / 2, within(1e-12));
    assertThat(AffineMap.pose(4, 5, 0.5, 0.25, 0.3).stretch()).isCloseTo(0.5, within(1e-6));
  }
}
