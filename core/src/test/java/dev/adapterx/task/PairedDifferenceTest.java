package dev.adapterx.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
  /** A character a sample: {@code +} is right. */
  private static Evaluation of(String rights) {
    List<Evaluation.Prediction> predictions = new ArrayList<>();
    ConfusionMatrix confusion = new ConfusionMatrix(2);
    for (int i = 0; i < rights.length(); i++) {
      int predicted = rights.charAt(i) == '+' ? 0 : 1;
      predictions.add(new Evaluation.Prediction(i, 0, predicted, 1));
      confusion.add(0, predicted);
    }
    return new Evaluation(0, confusion, predictions, 0);
  }

  @Test
  void is_the_mean_of_the_samples_differences_and_its_standard_error() {
    String first = "+++++-+-++";
    String second = "++-+--+++-";

    PairedDifference found = PairedDifference.of(of(first), of(second));

    // the usual formulas for a mean, sample by sample
    double mean = 0;
    double square = 0;
    for (int i = 0; i < 10; i++) {
      double d = (first.charAt(i) == '+' ? 1 : 0) - (second.charAt(i) == '+' ? 1 : 0);
      mean += d / 10;
      square += d * d / 10;
    }
    assertThat(found.share()).isCloseTo(mean, within(1e-15)).isCloseTo(0.2, within(1e-15));
    assertThat(found.standardError())
        .isCloseTo(Math.sqrt((square - mean * mean) / 10), within(1e-15));
    assertThat(found.clear()).isFalse();
  }

  @Test
  void has_no_error_where_both_agree_and_is_clear_where_one_is_always_right_alone() {
    assertThat(PairedDifference.of(of("+-+-"), of("+-+-")))
        .isEqualTo(new PairedDifference(0, 0, 4))
        .matches(same -> same.share() == 0 && same.standardError() == 0 && !same.clear());
    PairedDifference always = PairedDifference.of(of("-".repeat(12)), of("+".repeat(12)));
    assertThat(always.share()).isEqualTo(-1);
    assertThat(always.standardError()).isZero();
    assertThat(always.clear()).isTrue();
  }

  /** Against the exact two-sided sign test at 5 %: b of n heads of a fair coin. */
  @Test
  void is_clear_only_where_chance_seldom_does_the_same() {
    int differ = 0;
    for (int n = 0; n <= 200; n++) {
      for (int b = 0; b <= n; b++) {
        double p = Math.min(1, 2 * atMost(Math.min(b, n - b), n));
        boolean clear = new PairedDifference(b, n - b, 1000).clear();
        differ += clear == p < 0.05 ? 0 : 1;
        assertThat(clear && p > 0.07).as("%d : %d has p = %s", b, n - b, p).isFalse();
      }
    }
    assertThat(differ).as("cases of 20,301").isLessThan(200);
  }

  private static double atMost(int b, int n) {
    double term = Math.pow(0.5, n);
    double sum = term;
    for (int i = 1; i <= b; i++) {
      term *= (double) (n - i + 1) / i;
      sum += term;
    }
    return sum;
  }

  @Test
  void refuses_other_samples() {
    assertThatThrownBy(() -> PairedDifference.of(of("+-"), of("+-+")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PairedDifference.of(of(""), of("")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
