package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.result.Measurement;
import dev.adapterx.train.result.Results;
import dev.adapterx.train.result.TrainedRun;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A run without a test split is measured on what it held out, then and later. */
class HoldOutTest {
  @TempDir static Path home;
  static Path run;
  static RunResult result;

  @BeforeAll
  static void train() {
    Path images = Tiny.images(home.resolve("images")).resolve("train");
    run = home.resolve("run");
    result =
        TrainRun.start(
            Tiny.recipe(images, "data.train=all", "data.test=null", "data.hold-out=0.3"),
            run,
            RunListener.NONE);
  }

  private static Measurement measured(String data, String split, boolean best) {
    try (TrainedRun trained = TrainedRun.open(run, best, null)) {
      return trained.measure(data, split, false);
    }
  }

  @Test
  void the_run_ends_with_a_number_and_says_of_what() {
    assertThat(result.last().confusion().total()).isEqualTo(6);
    assertThat(result.measuredOn()).isEqualTo("a held-out part of all");
    assertThat(result.line().text())
        .contains("(a held-out part of all)")
        .contains("chosen on this same part, so optimistic");
    JsonNode json = Settings.json().readTree(Tiny.text(run.resolve("run.json")));
    assertThat(json.get("val-accuracy-last").asDouble()).isEqualTo(result.last().accuracy());
    assertThat(json.get("measured-on").asString()).isEqualTo("a held-out part of all");
    assertThat(json.has("test-accuracy-last")).isFalse();
    assertThat(Tiny.text(run.resolve("report.html"))).contains("Confusion", "Samples");
  }

  @Test
  void results_show_it_apart_from_test_splits() {
    Results.Row row = Results.of(List.of(run)).rows().get(0);
    assertThat(row.mean()).isEqualTo(result.last().accuracy());
    assertThat(row.group().data()).isEqualTo("train (a held-out part of all)");
  }

  @Test
  void evaluation_finds_the_held_out_part_again() {
    Measurement again = measured(null, null, false);
    assertThat(again.evaluation().predictions()).isEqualTo(result.last().predictions());
    assertThat(again.split()).isEqualTo("a held-out part of all");
    assertThat(again.warnings()).isEmpty();
    assertThat(measured(null, "val", false).evaluation().predictions())
        .isEqualTo(result.last().predictions());
    assertThat(measured(home.resolve("images/train").toString(), null, false).split())
        .isEqualTo("a held-out part of all");
  }

  @Test
  void the_best_epochs_adapter_is_warned_of_where_it_was_chosen() {
    assertThat(measured(null, null, true).warnings()).singleElement().asString().contains("chosen");
  }

  @Test
  void what_was_trained_on_is_never_measured_without_a_warning() {
    Measurement whole = measured(null, "all", false);
    assertThat(whole.evaluation().confusion().total()).isEqualTo(21);
    assertThat(whole.warnings())
        .singleElement()
        .asString()
        .startsWith("15 of these 21 images were trained on");
    assertThat(whole.json().get("warnings")).isEqualTo(whole.warnings());
    String one = home.resolve("images").toString();
    assertThat(measured(one, "train", false).warnings()).hasSize(1);
    assertThat(measured(one, "test", false).warnings()).isEmpty();
  }
}
