package dev.adapterx.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SectionsTest {
  @Test
  void a_confusion_cell_shows_its_count_tinted_by_its_share_of_the_row() {
    var html = new Confusion(new int[][] {{3, 1}, {0, 0}}, List.of("cat", "dog")).body();

    assertThat(html)
        .contains("style=\"--v:0.750\" title=\"true cat, predicted cat: 3 of 4 (75.0 %)\">3<")
        .contains("style=\"--v:0.250\" title=\"true cat, predicted dog: 1 of 4 (25.0 %)\">1<")
        .contains("class=\"side\">3\u00a0of\u00a04</td>") // recall of cat
        .contains("class=\"side\">3\u00a0of\u00a03</td>") // precision of cat
        .contains("class=\"side\">–</td>"); // recall of dog: no samples
  }

  @Test
  void a_hundred_samples_are_enough_for_per_cents() {
    var html = new Confusion(new int[][] {{93, 7}, {50, 49}}, List.of("cat", "dog")).body();

    assertThat(html)
        .contains("class=\"side\">93\u00a0%</td>") // recall of cat, 100 samples
        .contains("class=\"side\">49\u00a0of\u00a099</td>") // recall of dog
        .contains("class=\"side\">65\u00a0%</td>") // precision of cat, 93 of 143
        .contains("class=\"side\">49\u00a0of\u00a056</td>"); // precision of dog
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
    assertThat(html).contains(">12\u00a0of\u00a016<", ">9\u00a0of\u00a09<");
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

    assertThat(html).contains("✓ right", "✗ wrong", "Shown: 2 of the 9 wrong, 10 of the 91 right.");
    assertThat(html).contains("alt=\"True class bottle, predicted hamster\"");
  }

  @Test
  void a_sample_that_is_no_png_is_refused() {
    assertThatThrownBy(() -> new Samples.Sample(new byte[] {1, 2}, "a", "b", 1))
        .hasMessageContaining("PNG");
  }

  @Test
  void a_method_without_an_interval_shows_none() {
    var one =
        new ComparisonSection(
            "accuracy",
            List.of(new ComparisonSection.Row("lora", "", 0.3, 0.5, Double.NaN, "9 of 18", 2)),
            "");

    assertThat(one.body())
        .contains(">50.00<", ">9 of 18<")
        .doesNotContain("±", "class=\"bar\"", "badge", "<a ");
    assertThat(ReportExample.comparison().body())
        .contains("class=\"bar\"", ">92.4 ± 0.4<", "<a href=\"runs/lora/report.html\">lora</a>");
  }

  @Test
  void only_a_method_whose_interval_lies_above_all_others_is_called_the_best() {
    assertThat(ReportExample.comparison().body().split("badge", -1)).hasSize(2);
    assertThat(ReportExample.comparison().body())
        .contains(">adapterx</a><span class=\"badge\">best</span>");

    var near =
        new ComparisonSection(
            "accuracy",
            List.of(
                new ComparisonSection.Row("lora", "", 0.3, 0.93, 0.02, "", 2),
                new ComparisonSection.Row("full", "", 100, 0.90, 0.02, "", 2)),
            "");
    assertThat(near.body()).contains(">93.0 ± 2.0<", ">90.0 ± 2.0<").doesNotContain("badge");
  }

  @Test
  void patches_come_back_with_the_expert_of_each_block() {
    var html = ReportExample.routed().body();

    var found = Pattern.compile("data-experts=\"([^\"]*)\"").matcher(html);
    assertThat(found.find()).isTrue();
    byte[] experts = Base64.getDecoder().decode(found.group(1));
    assertThat(experts).hasSize(32).startsWith(0, 1, 2, 0).endsWith(1, 1, 1, 1);
    assertThat(html)
        .contains("width=\"4\" height=\"4\"", "min=\"0\" max=\"1\" value=\"1\"")
        .contains("expert\u00a02", "<noscript>")
        .doesNotContain("expert\u00a03");
  }

  @Test
  void patches_that_do_not_fit_are_refused() {
    assertThatThrownBy(() -> new PatchMap(2, 2, new int[][] {{0, 0, 0}}))
        .hasMessage("Expected an expert for each of 2 × 2 patches; found 3 in block 0");
    var sample =
        new Samples.Sample(
            ReportExample.picture(0),
            "a",
            List.of(Answer.of("a", 1)),
            new PatchMap(1, 1, new int[][] {{2}}));
    assertThatThrownBy(() -> new Samples("", List.of(sample), 2))
        .hasMessage("Expected experts below 2; found expert 2 in block 0 of image 0");
    var bare = new Samples.Sample(ReportExample.picture(0), "a", "a", 1);
    assertThatThrownBy(() -> new Samples("", List.of(sample, bare), 3))
        .hasMessage("Expected patches for each image; none for 1");
  }

  @Test
  void answers_of_several_methods_stand_under_each_other() {
    var html = ReportExample.routed().body();

    assertThat(html)
        .contains("true <b>apple</b>")
        .contains(
            "<span class=\"answer wrong\"><span class=\"verdict\">✗ Linear probe</span>"
                + "<span class=\"probability\"> 50 %</span>"
                + "<span class=\"label\"><b>aquarium fish</b></span></span>")
        .contains(
            "<span class=\"answer right\"><span class=\"verdict\">✓ Adapter-X</span>"
                + "<span class=\"probability\"> 88 %</span></span>")
        .contains("alt=\"True class apple, Linear probe aquarium fish, Adapter-X apple\"");
  }

  @Test
  void no_trainable_parameters_stand_left_of_the_logarithm() {
    assertThat(ReportExample.comparison().body()).contains("class=\"cut\"").doesNotContain("NaN");
  }
}
