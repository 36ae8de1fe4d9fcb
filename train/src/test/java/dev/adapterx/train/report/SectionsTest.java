package dev.adapterx.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SectionsTest {
  @Test
  void a_confusion_cell_shows_its_count_tinted_by_its_share_of_the_row() {
    var html = new Confusion(new int[][] {{3, 1}, {0, 0}}, List.of("cat", "dog")).body();

    assertThat(html)
        .contains("style=\"--v:0.750\" title=\"true cat, predicted cat: 3 of 4 (75.0 %)\">3<")
        .contains("style=\"--v:0.250\" title=\"true cat, predicted dog: 1 of 4 (25.0 %)\">1<")
        .contains("class=\"side\">75</td>") // recall of cat
        .contains("class=\"side\">100</td>") // precision of cat
        .contains("class=\"side\">–</td>"); // recall of dog: no samples
  }

  @Test
  void many_classes_collapse_to_the_pairs_confused_most() {
    int[][] counts = new int[41][41];
    counts[7][8] = 9;
    counts[3][2] = 12;
    counts[3][3] = 4;
    var html = new Confusion(counts, Collections.nCopies(41, "same name")).body();

    assertThat(html).contains("41 classes; the 2 pairs").doesNotContain("class=\"heat");
    assertThat(html.indexOf(">12<")).isBetween(0, html.indexOf(">9<"));
    assertThat(html).contains(">75.0 %<", ">100.0 %<");
    assertThat(ReportExample.confusion(40).body()).contains("heat dense");
  }

  @Test
  void a_matrix_that_does_not_fit_its_names_is_refused() {
    assertThatThrownBy(() -> new Confusion(new int[][] {{1, 2}, {3}}, List.of("a", "b")))
        .hasMessageContaining("2 x 2");
  }

  @Test
  void dead_and_overloaded_experts_are_marked_in_words() {
    var html =
        new Routing(new double[][] {{0.005, 0.92, 0.075}}, new double[] {0.31}, List.of()).body();

    assertThat(html)
        .contains(">0.5 % ✕<", "expert 0: 0.5 %, dead")
        .contains(">92.0 % ▲<", "expert 1: 92.0 %, takes all")
        .contains(">7.5 %<")
        .contains("max 1.10", ">0.31<")
        .doesNotContain("Warning");
  }

  @Test
  void routing_needs_an_entropy_per_block() {
    assertThatThrownBy(() -> new Routing(new double[2][4], new double[1], List.of()))
        .hasMessageContaining("2 blocks and 1 entropies");
  }

  @Test
  void a_wrong_sample_is_told_apart_without_colour() {
    var html = ReportExample.samples().body();

    assertThat(html).contains("✓ right", "✗ wrong", "10 of these 12 are right");
    assertThat(html).contains("alt=\"True class bottle, predicted hamster\"");
  }

  @Test
  void a_sample_that_is_no_png_is_refused() {
    assertThatThrownBy(() -> new Samples.Sample(new byte[] {1, 2}, "a", "b", 1))
        .hasMessageContaining("PNG");
  }

  @Test
  void one_seed_shows_no_spread_and_no_error_bar() {
    var one = new Comparison(List.of(new Comparison.Row("lora", 0.3, 0.5, Double.NaN, 1, 2)));

    assertThat(one.body())
        .contains(">50.00 %<")
        .doesNotContain("±</")
        .doesNotContain("class=\"bar\"");
    assertThat(ReportExample.comparison().body()).contains("class=\"bar\"", "91.37 ± 0.42 %");
  }

  @Test
  void no_trainable_parameters_stand_left_of_the_logarithm() {
    assertThat(ReportExample.comparison().body()).contains("class=\"cut\"").doesNotContain("NaN");
  }
}
