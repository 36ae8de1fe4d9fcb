package dev.adapterx.train.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.task.Evaluation;
import dev.adapterx.train.report.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShownTest {
  private static final List<String> CLASSES = List.of("a", "b");

  /** Labels in turns a, b, …; {@code wrong} of the first samples are taken for the other. */
  private static Evaluation evaluation(int samples, int... wrong) {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    List<Evaluation.Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      int label = i % 2;
      int at = i;
      boolean miss = IntStream.of(wrong).anyMatch(w -> w == at);
      int predicted = miss ? 1 - label : label;
      matrix.add(label, predicted);
      predictions.add(new Evaluation.Prediction(i, label, predicted, 0.75f));
    }
    return new Evaluation(0, matrix, predictions, 0);
  }

  @Test
  void wrong_ones_come_first_and_the_words_count_them_of_all() {
    Shown.Choice chosen = Shown.chosen(evaluation(20, 0, 1, 2, 3, 4), CLASSES, 6);

    assertThat(chosen.words()).isEqualTo("Shown: 3 of the 5 wrong, 3 of the 15 right.");
    assertThat(chosen.samples()).extracting(Shown::index).containsExactly(0, 1, 2, 5, 6, 7);
    assertThat(chosen.samples().get(0).answers()).containsExactly(Answer.of("b", 0.75));
  }

  @Test
  void what_methods_disagree_on_comes_first() {
    Shown.Choice chosen =
        Shown.compared(
            List.of("one", "two"),
            List.of(evaluation(20, 0, 1, 7, 8), evaluation(20, 1, 2, 8)),
            CLASSES,
            6);

    assertThat(chosen.words())
        .isEqualTo(
            "Shown: 3 of the 3 that the methods disagree on, 2 of the 2 that all get wrong,"
                + " 1 of the 15 that all get right.");
    assertThat(chosen.samples()).extracting(Shown::index).containsExactly(0, 7, 2, 1, 8, 3);
    assertThat(chosen.samples().get(0).answers())
        .containsExactly(new Answer("one", "b", 0.75), new Answer("two", "a", 0.75));
  }
}
