package dev.adapterx.train.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedTest {
  /** The means were computed apart from this code, from the papers' single values. */
  @ParameterizedTest
  @CsvSource({
    "full,         '',             75.89, 83.38, 47.64, 68.97, 65.57",
    "linear-probe, '',             68.93, 77.15, 26.85, 57.64, 52.94",
    "bitfit,       '',             73.30, 78.25, 44.10, 65.22, 62.05",
    "vpt:shallow,  '',             76.81, 79.67, 46.98, 67.82, 64.85",
    "vpt,          '',             78.49, 82.42, 55.00, 71.97, 69.43",
    "houlsby:noah, 8 wide, 79.01, 84.08, 58.49, 73.86, 71.44",
    "adaptformer,  8 wide,         80.56, 84.88, 58.83, 74.75, 72.32",
    "lora,         rank 8,         79.49, 84.55, 59.78, 74.60, 72.25",
    "noah,         '',             80.26, 84.88, 61.30, 75.48, 73.25",
    "fact:tk,      '',             80.64, 85.30, 60.71, 75.55, 73.23",
    "ssf,          '',             81.57, 86.55, 58.96, 75.69, 73.10",
    "convpass:attention, '', 81.24, 84.73, 61.53, 75.83, 73.68",
    "convpass,     '',             81.69, 85.31, 62.68, 76.56, 74.44",
    "sct,          '',             82.23, 85.90, 59.87, 76.00, 73.59",
    "rep-adapter,  '',             81.63, 85.42, 61.23, 76.09, 73.84",
    "hydra,        '',             81.83, 85.95, 61.66, 76.48, 74.21",
    "dtl,          '',             80.83, 86.10, 63.35, 76.76, 74.58",
  })
  void means_of_vtab_are_those_of_the_papers_both_ways(
      String method,
      String setting,
      double natural,
      double specialized,
      double structured,
      double ofGroups,
      double ofTasks) {
    Averages averages = averages("vtab-1k", method, setting);
    assertThat(averages.groups()).containsOnlyKeys("natural", "specialized", "structured");
    assertThat(averages.groups().get("natural")).isCloseTo(natural, within(0.0051));
    assertThat(averages.groups().get("specialized")).isCloseTo(specialized, within(0.0051));
    assertThat(averages.groups().get("structured")).isCloseTo(structured, within(0.0051));
    assertThat(averages.ofGroups()).isCloseTo(ofGroups, within(0.0051));
    assertThat(averages.ofTasks()).isCloseTo(ofTasks, within(0.0051));
    assertThat((natural + specialized + structured) / 3).isCloseTo(ofGroups, within(0.011));
  }

  @ParameterizedTest
  @CsvSource({
    "gps, 77.47, 75.18",
    "hst, 78.13, 75.99",
    "snf, 76.51, 74.10",
    "last, 76.44, 74.15",
    "lst, 74.25, 71.70"
  })
  void further_means_of_vtab_are_those_of_the_papers(
      String method, double ofGroups, double ofTasks) {
    Averages averages = averages("vtab-1k", method, "");
    assertThat(averages.ofGroups()).isCloseTo(ofGroups, within(0.0051));
    assertThat(averages.ofTasks()).isCloseTo(ofTasks, within(0.0051));
  }

  @ParameterizedTest
  @CsvSource({
    "full, '', 88.54",
    "linear-probe, '', 79.32",
    "adapter, '', 85.66",
    "adaptformer, '', 88.48",
    "bitfit, '', 88.02",
    "vpt:shallow, '', 84.66",
    "vpt, '', 89.10",
    "ssf, '', 90.72",
    "lora, '', 84.78",
    "gps, '', 91.78",
    "hst, '', 90.46",
    "last, '', 89.50",
    "snf, '', 90.74",
    "u-tuning, '', 90.00",
    "prefix-tuning, '', 86.38"
  })
  void means_of_fgvc_are_those_printed_with_it(String method, String setting, double mean) {
    Averages averages = averages("fgvc", method, setting);
    assertThat(averages.groups()).isEmpty();
    assertThat(averages.ofGroups()).isEqualTo(averages.ofTasks());
    assertThat(averages.ofTasks()).isCloseTo(mean, within(0.0051));
  }

  @Test
  void rows_of_which_only_the_mean_is_known_say_so() {
    Suite vtab = Suites.named("vtab-1k");
    Published bi = vtab.published("bi-adapter").get(0);
    assertThat(bi.printedMean()).isEqualTo(77.0);
    assertThat(bi.accuracies()).isEmpty();
    assertThat(vtab.averages(bi)).isEmpty();
    assertThat(vtab.published("nobody")).isEmpty();
    for (Published row : vtab.published()) {
      assertThat(row.printedMean() == null).isEqualTo(vtab.averages(row).isPresent());
    }
  }

  @Test
  void rows_on_point_clouds_name_backbone_and_augmentation() {
    Suite scans = Suites.named("scanobjectnn");
    Published dapt = row("scanobjectnn", "dapt", "Point-MAE");
    assertThat(dapt.accuracies())
        .containsExactly(
            Map.entry("obj-bg", 90.88),
            Map.entry("obj-only", 90.19),
            Map.entry("pb-t50-rs", 85.08));
    assertThat(dapt.parameters()).isEqualTo(1.1);
    assertThat(scans.published("dapt-x").get(0).accuracies())
        .containsExactly(Map.entry("pb-t50-rs", 88.45));
    assertThat(scans.averages(scans.published("dapt-x").get(0))).isEmpty();
  }

  @Test
  void few_shot_rows_have_a_mean_and_a_deviation_for_each_setting() {
    Suite folds = Suites.named("modelnet-fewshot");
    Published idpt = row("modelnet-fewshot", "idpt", "Point-MAE");
    assertThat(idpt.accuracies()).containsEntry("10way_10shot", 92.8).hasSize(4);
    assertThat(idpt.deviations()).containsEntry("10way_10shot", 4.1).hasSize(4);
    assertThat(folds.averages(idpt).orElseThrow().groups()).containsEntry("5way_20shot", 97.9);
    assertThat(folds.tasks()).extracting(SuiteTask::group).containsAll(idpt.accuracies().keySet());
  }

  @Test
  void every_published_value_is_of_a_task_or_a_group_and_a_percentage() {
    for (Suite suite : Suites.all()) {
      List<String> names =
          suite.tasks().stream()
              .flatMap(t -> Stream.of(t.name(), String.valueOf(t.group())))
              .toList();
      for (Published row : suite.published()) {
        assertThat(names).containsAll(row.accuracies().keySet());
        assertThat(row.accuracies().values()).allMatch(a -> a > 9 && a < 100);
        assertThat(row.source()).startsWith("https://");
      }
    }
  }

  @Test
  void a_mean_of_some_tasks_is_none() {
    List<SuiteTask> tasks = Suites.named("vtab-1k").tasks();
    assertThat(Averages.of(tasks, Map.of("cifar", 70.0))).isEmpty();
  }

  @Test
  void the_two_means_differ_where_groups_are_of_different_sizes() {
    List<SuiteTask> tasks =
        List.of(task("a", "one"), task("b", "one"), task("c", "one"), task("d", "two"));
    Averages averages =
        Averages.of(tasks, Map.of("a", 10.0, "b", 20.0, "c", 30.0, "d", 80.0)).orElseThrow();
    assertThat(averages.groups()).containsExactly(Map.entry("one", 20.0), Map.entry("two", 80.0));
    assertThat(averages.ofGroups()).isEqualTo(50);
    assertThat(averages.ofTasks()).isEqualTo(35);
  }

  private static SuiteTask task(String name, String group) {
    return new SuiteTask(name, group, "train", "test", List.of(), 2, Map.of(), null);
  }

  private static Averages averages(String suite, String method, String setting) {
    return Suites.named(suite).averages(row(suite, method, setting)).orElseThrow();
  }

  private static Published row(String suite, String method, String setting) {
    return Suites.named(suite).published(method).stream()
        .filter(r -> r.setting().equals(setting))
        .findFirst()
        .orElseThrow();
  }
}
