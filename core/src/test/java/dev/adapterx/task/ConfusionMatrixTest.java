package dev.adapterx.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.AdapterXException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  private static final Offset<Double> EXACT = within(1e-15);

  /** Truth down, prediction across: (4 1 0), (2 3 0), (1 1 0), and class 3, which never occurs. */
  private static ConfusionMatrix example() {
    int[][] counts = {{4, 1, 0, 0}, {2, 3, 0, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}};
    var matrix = new ConfusionMatrix(4);
    for (int truth = 0; truth < 4; truth++) {
      for (int predicted = 0; predicted < 4; predicted++) {
        for (int i = 0; i < counts[truth][predicted]; i++) {
          matrix.add(truth, predicted);
        }
      }
    }
    return matrix;
  }

  @Test
  void counts_truth_by_row_and_prediction_by_column() {
    var matrix = example();

    assertThat(matrix.counts()[1]).containsExactly(2, 3, 0, 0);
    assertThat(matrix.total()).isEqualTo(12);
    assertThat(matrix.support(1)).isEqualTo(5);
    assertThat(matrix.predicted(1)).isEqualTo(5);
    assertThat(matrix.accuracy()).isCloseTo(7 / 12.0, EXACT);
  }

  @Test
  void measures_per_class_follow_their_definitions() {
    var matrix = example();

    assertThat(matrix.recall(0)).isCloseTo(4 / 5.0, EXACT);
    assertThat(matrix.precision(0)).isCloseTo(4 / 7.0, EXACT);
    assertThat(matrix.f1(0)).isCloseTo(2 / 3.0, EXACT); // 2·4 / (5 + 7)
    assertThat(matrix.f1(1)).isCloseTo(3 / 5.0, EXACT); // 2·3 / (5 + 5)
    assertThat(matrix.f1(2)).isZero();
  }

  @Test
  void a_share_of_nothing_is_unknown_and_left_out_of_means() {
    var matrix = example();

    assertThat(matrix.precision(2)).as("never predicted").isNaN();
    assertThat(matrix.recall(3)).as("no samples").isNaN();
    assertThat(matrix.f1(3)).isNaN();
    assertThat(matrix.macroF1()).isCloseTo((2 / 3.0 + 3 / 5.0 + 0) / 3, EXACT);
    assertThat(matrix.balancedAccuracy()).isCloseTo((4 / 5.0 + 3 / 5.0 + 0) / 3, EXACT);
    assertThat(new ConfusionMatrix(2).accuracy()).isNaN();
  }

  @Test
  void scores_count_top_one_and_top_five() {
    var matrix = new ConfusionMatrix(7);
    float[] scores = {7, 6, 5, 4, 3, 2, 1};

    matrix.add(0, scores); // first
    matrix.add(4, scores); // fifth
    matrix.add(5, scores); // sixth

    assertThat(matrix.accuracy()).isCloseTo(1 / 3.0, EXACT);
    assertThat(matrix.topFive().orElseThrow()).isCloseTo(2 / 3.0, EXACT);
  }

  @Test
  void equal_scores_rank_by_class_index() {
    var matrix = new ConfusionMatrix(6);

    matrix.add(0, new float[6]);
    matrix.add(5, new float[6]);

    assertThat(matrix.counts()[5][0]).isEqualTo(1);
    assertThat(matrix.topFive()).hasValue(0.5);
  }

  @Test
  void without_scores_top_five_is_unknown() {
    assertThat(example().topFive()).isEmpty();
  }

  @Test
  void scores_that_are_not_finite_are_refused_and_not_counted() {
    var matrix = new ConfusionMatrix(3);

    assertThatThrownBy(() -> matrix.add(0, new float[] {1, Float.NaN, 0}))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("class 1 is NaN")
        .hasMessageContaining("lower the learning rate");
    assertThat(matrix.total()).isZero();
  }

  @Test
  void the_matrix_cannot_be_changed_from_outside() {
    var matrix = example();
    matrix.counts()[0][0] = 99;

    assertThat(matrix.counts()[0][0]).isEqualTo(4);
  }
}
