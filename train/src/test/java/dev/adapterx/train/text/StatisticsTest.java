package dev.adapterx.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void divides_squares_by_n_minus_one() {
    // deviations -3 -1 -1 -1 0 0 2 4: squares sum to 32
    var statistics = Statistics.of(2, 4, 4, 4, 5, 5, 7, 9);

    assertThat(statistics.n()).isEqualTo(8);
    assertThat(statistics.mean()).isEqualTo(5);
    assertThat(statistics.std()).isCloseTo(Math.sqrt(32 / 7.0), within(1e-15));
  }

  @Test
  void one_value_has_no_spread() {
    assertThat(Statistics.of(List.of(0.7))).isEqualTo(new Statistics(1, 0.7, Double.NaN));
  }

  @Test
  void small_spread_around_a_large_mean_survives() {
    assertThat(Statistics.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16).std())
        .isCloseTo(Math.sqrt(30), within(1e-9));
  }

  @Test
  void of_nothing_there_are_none() {
    assertThatThrownBy(Statistics::of).hasMessageContaining("at least one value");
  }
}
