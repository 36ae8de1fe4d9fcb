package dev.adapterx.train.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.Rng;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of the soak must see a leak, and must not see one where there is none. */
class FlatnessTest {
  private static final int SAMPLES = 120;
  private static final double ALLOWED = 32;

  private static Flatness judged(long seed, IntToDoubleFunction value) {
    Rng rng = Rng.of(seed, "noise");
    double[] at = IntStream.range(0, SAMPLES).mapToDouble(i -> 30.0 * i).toArray();
    double[] values =
        IntStream.range(0, SAMPLES)
            .mapToDouble(i -> value.applyAsDouble(i) + 20 * rng.nextDouble())
            .toArray();
    return Flatness.of(at, values, ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void what_only_trembles_is_flat(long seed) {
    assertThat(judged(seed, i -> 700).isFlat()).as("seed %d", seed).isTrue();
  }

  @Test
  void so_is_what_grows_in_the_first_quarter_and_then_no_more() {
    assertThat(judged(1, i -> 700 - 300 * Math.exp(-i / 8.0)).isFlat()).isTrue();
  }

  @Test
  void so_is_what_falls() {
    assertThat(judged(1, i -> 700 - i).isFlat()).isTrue();
  }

  @Test
  void a_single_outlier_in_the_middle_changes_nothing() {
    assertThat(judged(1, i -> i == 70 ? 2000 : 700).isFlat()).isTrue();
  }

  /** Half a unit a sample: 60 in all, among noise of 20. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_slow_leak_is_found(long seed) {
    Flatness leak = judged(seed, i -> 700 + 0.5 * i);
    assertThat(leak.isFlat()).as("seed %d: %s", seed, leak).isFalse();
    assertThat(leak.rise()).isBetween(35.0, 55.0);
  }

  @Test
  void so_is_one_in_steps() {
    assertThat(judged(1, i -> 700 + 20 * (i / 30)).isFlat()).isFalse();
  }

  @Test
  void so_is_a_jump_at_the_very_end() {
    assertThat(judged(1, i -> i > 115 ? 760 : 700).isFlat()).isFalse();
  }

  @Test
  void a_count_that_may_not_grow_at_all_is_held_to_that() {
    double[] at = IntStream.range(0, 40).asDoubleStream().toArray();
    double[] same = IntStream.range(0, 40).mapToDouble(i -> 31).toArray();
    double[] more = same.clone();
    more[39] = 32;
    assertThat(Flatness.of(at, same, 0).isFlat()).isTrue();
    assertThat(Flatness.of(at, more, 0).isFlat()).isFalse();
  }

  @Test
  void too_few_values_are_no_proof() {
    assertThatThrownBy(() -> Flatness.of(new double[11], new double[11], 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("at least 12");
  }
}
