package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SuitesCommandTest {
  @TempDir Path root;

  @Test
  void all_suites_are_listed() {
    Invocation listed = Invocation.of("suites");

    assertThat(listed.code()).as(listed.err()).isZero();
    assertThat(listed.out())
        .containsPattern("vtab-1k +19  biadapter, noah, adapterplus")
        .containsPattern("few-shot +75  noah")
        .contains("scanobjectnn: scanned objects");
    assertThat(listed.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void a_suite_shows_tasks_profiles_published_means_and_sources() {
    Invocation shown = Invocation.of("suites", "vtab-1k");

    assertThat(shown.out())
        .containsPattern("cifar +natural +100 +1,000 +10,000 +0.1")
        .contains("  biadapter: Bi-Adapter, and most likely Adapter-X")
        .containsPattern("full +85.8 +75.89 83.38 47.64 +68.97 +65.57 +\\[1\\]")
        .containsPattern("bi-adapter +32 wide, 1 bit +- +77.00 +- +\\[3\\]")
        .contains("https://github.com/ZhangYuanhan-AI/NOAH#data-preparation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fgvc", "few-shot", "scanobjectnn", "modelnet40", "modelnet-fewshot"})
  void every_suite_can_be_shown_and_written_as_json(String suite) {
    Invocation shown = Invocation.of("suites", suite);
    JsonNode json = Invocation.of("suites", suite, "--json").json();

    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("Profiles:", "The data come from:").doesNotContain("null");
    assertThat(json.path("tasks").size()).isPositive();
    assertThat(json.path("profiles").get(0).path("overrides").size()).isPositive();
  }

  @Test
  void a_root_without_the_data_says_what_is_wanted() {
    Invocation checked = Invocation.of("suites", "fgvc", "--root", root);

    assertThat(checked.code()).isEqualTo(2);
    assertThat(checked.out())
        .containsPattern("nabirds +missing +lacks nabirds/train.json, nabirds/test.json")
        .contains("0 of the 5 data sets of fgvc are ready in " + root)
        .contains("the splits: https://cornell.box.com/v/vptfgvcsplits");
    JsonNode json = Invocation.of("suites", "fgvc", "--root", root, "--json").json();
    assertThat(json.path("items").get(1).path("state").asString()).isEqualToIgnoringCase("missing");
  }

  @Test
  void a_task_is_printed_as_changes_to_a_recipe() throws IOException {
    Invocation printed =
        Invocation.of("suites", "vtab-1k", "--root", root, "--task", "dtd", "--profile", "noah");

    assertThat(printed.code()).as(printed.err()).isZero();
    assertThat(printed.out().lines())
        .contains("data.train=train800val200", "data.test=test", "backbone.normalisation=imagenet")
        .noneMatch(line -> line.startsWith("method."));
    assertThat(
            Invocation.of(
                    "suites",
                    "vtab-1k",
                    "--root",
                    root,
                    "--task",
                    "dtd",
                    "--tuning",
                    "--published-scales")
                .out()
                .lines())
        .contains("data.train=train800", "data.test=val200", "method.scale=0.01");
    assertThat(Files.list(root)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vtab | There is no suite 'vtab'; there are vtab-1k",
        "--root . | --root: expected a suite before it",
        "vtab-1k --task cifar | --task: expected --root FOLDER with it",
        "vtab-1k --profile noah | expected --task TASK with them",
        "vtab-1k --root . --task cifr | vtab-1k has no task 'cifr'",
        "vtab-1k --root . --task cifar --profile noa | did you mean 'noah'?",
        "fgvc --root . --task nabirds --published-scales | fgvc has no published scales",
      })
  void what_makes_no_sense_is_refused(String arguments, String message) {
    Object[] all = ("suites " + arguments).split(" ");

    Invocation refused = Invocation.of(all);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains(message).doesNotContain("\tat ");
  }
}
