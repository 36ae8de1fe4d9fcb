package dev.adapterx.peft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantiserTest {
  /** The quartiles of a normal variable: the medians of its halves. */
  @Test
  void one_bit_has_the_quartiles() {
    assertThat(Quantiser.levels(1)[1]).isCloseTo(0.674489750196, within(1e-11));
  }

  /** Against a million equally likely values of a normal variable, whose cells are counted. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void each_level_is_the_median_of_what_is_nearest_to_it(int bits) {
    double[] levels = Quantiser.levels(bits);
    assertThat(levels).hasSize(1 << bits).isSorted();
    double[] below = new double[levels.length];
    double[] all = new double[levels.length];
    double step = 1e-5;
    for (double z = -8 + step / 2; z < 8; z += step) {
      int nearest = 0;
      for (int k = 1; k < levels.length; k++) {
        nearest = Math.abs(z - levels[k]) < Math.abs(z - levels[nearest]) ? k : nearest;
      }
      double mass = Math.exp(-z * z / 2) * step;
      all[nearest] += mass;
      below[nearest] += z < levels[nearest] ? mass : 0;
    }
    for (int k = 0; k < levels.length; k++) {
      assertThat(below[k] / all[k]).isCloseTo(0.5, within(1e-4));
      assertThat(levels[k]).isCloseTo(-levels[levels.length - 1 - k], within(1e-10));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void packed_and_unpacked_it_is_the_same_bit_for_bit(int bits) {
    Quantiser quantiser = new Quantiser(bits);
    try (Scope scope = Scope.withoutGradients()) {
      for (int values = 2; values < 40; values++) {
        Tensor w = Init.normal(Rng.of(1, "w").at(values), .3, 2, values, 3);
        byte[] codes = quantiser.codes(w);
        assertThat(codes).hasSize((3 * values * bits + 7) / 8);
        Tensor back = quantiser.unpacked(codes, quantiser.statistics(w), values, 3);
        assertThat(Tensors.floats(back)).isEqualTo(Tensors.floats(quantiser.quantised(w)));
      }
    }
  }

  /** Mean 0, deviation √(4.5/3): ± 0.6745 of it, and the third and the fourth bit. */
  @Test
  void the_second_half_is_above() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor w = Tensors.of(new float[] {-1, -1, 1.5f, .5f}, 4);
      Quantiser quantiser = new Quantiser(1);
      double deviation = Math.sqrt((1 + 1 + 2.25 + .25) / 3);
      float level = (float) (0.67449 * deviation);
      assertThat(Tensors.floats(quantiser.quantised(w)))
          .containsExactly(new float[] {-level, -level, level, level}, within(1e-5f));
      assertThat(quantiser.codes(w)).containsExactly(0b1100);
    }
  }

  /** ∂ΣgQ = g + Σ g (level - n) ∂std, ∂std/∂w = (w - mean) / ((count - 1) std). */
  @Test
  void the_gradient_passes_straight_through_and_through_the_deviation() {
    float[] values = {-1.2f, -.4f, .1f, .7f, 2.3f};
    float[] g = {1, -2, .5f, 3, -1};
    try (Scope scope = Scope.open()) {
      Tensor w = Tensors.of(values, 5);
      w.requires_grad_(true);
      new Quantiser(2).quantised(w).mul(Tensors.of(g, 5)).sum().backward();
      double mean = 0;
      for (float v : values) {
        mean += v / 5.0;
      }
      double squares = 0;
      for (float v : values) {
        squares += (v - mean) * (v - mean);
      }
      double std = Math.sqrt(squares / 4);
      double[] levels = Quantiser.levels(2);
      double through = 0;
      for (int i = 0; i < 5; i++) {
        double n = (values[i] - mean) / std;
        double nearest = levels[0];
        for (double level : levels) {
          nearest = Math.abs(level - n) < Math.abs(nearest - n) ? level : nearest;
        }
        through += g[i] * (nearest - n);
      }
      float[] gradient = Tiny.grad(w);
      for (int i = 0; i < 5; i++) {
        double expected = g[i] + through * (values[i] - mean) / (4 * std);
        assertThat(gradient[i]).isCloseTo((float) expected, within(1e-4f));
      }
    }
  }

  @Test
  void equal_weights_stay_as_they_are() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor w = Init.constant(.25, 4, 4);
      assertThat(Tensors.floats(new Quantiser(1).quantised(w))).containsOnly(.25f);
    }
  }
}
