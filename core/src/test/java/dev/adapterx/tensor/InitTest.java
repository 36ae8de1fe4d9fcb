package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitTest {
  private static final int MANY = 200_000;

  @Test
  void zeros_and_constants() {
    try (Scope scope = Scope.open()) {
      assertThat(Init.zeros(2, 3).shape()).containsExactly(2, 3);
      assertThat(Tensors.floats(Init.zeros(2, 2))).containsOnly(0);
      assertThat(Tensors.floats(Init.constant(0.3, 2, 2))).containsOnly(0.3f);
      assertThat(Init.constant(0.3).dim()).isZero();
    }
  }

  @Test
  void uniform_fills_its_interval_evenly() {
    Moments m = Moments.of(Init.uniform(rng("uniform"), 0.5, MANY));
    assertThat(m.mean).isCloseTo(0, within(0.005));
    assertThat(m.deviation).isCloseTo(0.5 / Math.sqrt(3), within(0.005));
    assertThat(m.min).isBetween(-0.5, -0.499);
    assertThat(m.max).isBetween(0.499, 0.5);
  }

  @Test
  void kaiming_uniform_is_bounded_by_one_over_the_root_of_fan_in() {
    Moments m = Moments.of(Init.kaimingUniform(rng("kaiming"), 64, MANY));
    assertThat(m.min).isBetween(-0.125, -0.1245);
    assertThat(m.max).isBetween(0.1245, 0.125);
  }

  @Test
  void normal_has_its_moments() {
    Moments m = Moments.of(Init.normal(rng("normal"), 3, 0.2, MANY));
    assertThat(m.mean).isCloseTo(3, within(0.003));
    assertThat(m.deviation).isCloseTo(0.2, within(0.002));
    assertThat(m.fourth).isCloseTo(3, within(0.1));
  }

  @Test
  void truncated_normal_stops_at_two_deviations() {
    Moments m = Moments.of(Init.truncatedNormal(rng("truncated"), 0.02, MANY));
    assertThat(m.min).isBetween(-0.04, -0.0399);
    assertThat(m.max).isBetween(0.0399, 0.04);
    assertThat(m.mean).isCloseTo(0, within(0.0002));
    // A standard normal cut at ±2 has variance 1 - 4 φ(2) / (2 Φ(2) - 1) = 0.7737.
    assertThat(m.deviation).isCloseTo(0.02 * Math.sqrt(0.7737), within(0.0001));
  }

  @ParameterizedTest
  @CsvSource({"4, 16", "16, 16", "20, 16", "1, 5"})
  void orthogonal_makes_the_shorter_side_orthogonal_vectors_of_the_gains_length(
      int rows, int columns) {
    float[] m;
    try (Scope scope = Scope.open()) {
      m = Tensors.floats(Init.orthogonal(rng("orthogonal"), 0.32, rows, columns));
    }
    int count = Math.min(rows, columns);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double dot = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          dot +=
              rows <= columns
                  ? m[i * columns + k] * m[j * columns + k]
                  : m[k * columns + i] * m[k * columns + j];
        }
        assertThat(dot).isCloseTo(i == j ? 0.32 * 0.32 : 0, within(1e-7));
      }
    }
  }

  @Test
  void the_same_place_draws_the_same_values_and_another_place_others() {
    try (Scope scope = Scope.open()) {
      float[] first = Tensors.floats(Init.normal(rng("a"), 0, 1, 10));
      assertThat(Tensors.floats(Init.normal(rng("a"), 0, 1, 10))).isEqualTo(first);
      assertThat(Tensors.floats(Init.normal(rng("b"), 0, 1, 10))).isNotEqualTo(first);
      assertThat(Tensors.floats(Init.normal(Rng.of(6, "a"), 0, 1, 10))).isNotEqualTo(first);
    }
  }

  private static Rng rng(String place) {
    return Rng.of(5, place);
  }

  /** Mean, deviation, extremes and the standardised fourth moment. */
  private record Moments(double mean, double deviation, double fourth, double min, double max) {
    static Moments of(Tensor tensor) {
      float[] x = Tensors.floats(tensor);
      tensor.close();
      double mean = sum(x, 0, 1) / x.length;
      double variance = sum(x, mean, 2) / x.length;
      double fourth = sum(x, mean, 4) / x.length / (variance * variance);
      double min = IntStream.range(0, x.length).mapToDouble(i -> x[i]).min().orElseThrow();
      double max = IntStream.range(0, x.length).mapToDouble(i -> x[i]).max().orElseThrow();
      return new Moments(mean, Math.sqrt(variance), fourth, min, max);
    }

    private static double sum(float[] x, double centre, int power) {
      double sum = 0;
      for (float value : x) {
        sum += Math.pow(value - centre, power);
      }
      return sum;
    }
  }
}
