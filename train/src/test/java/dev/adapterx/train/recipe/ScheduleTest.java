package dev.adapterx.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Settings;
import dev.adapterx.train.References;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ScheduleTest {
  private static TrainRecipe recipe(
      Schedule schedule, int epochs, double lr, double min, double warmup, double warmupLr) {
    var tree = Settings.json().createObjectNode();
    tree.put("schedule", schedule.name()).put("epochs", epochs).put("lr", lr).put("min-lr", min);
    tree.put("warmup-epochs", warmup).put("warmup-lr", warmupLr);
    return Settings.read(tree, TrainRecipe.defaults(), "test");
  }

  /** `prefix` of the golden file moves the cosine behind the warm-up, which no reference does. */
  @ParameterizedTest
  @ValueSource(strings = {"petl", "no_warmup"})
  void timm_rates_equal_the_reference_after_every_epoch(String name) {
    JsonNode golden = References.schedules().get("cosine").get(name);
    TrainRecipe recipe =
        recipe(
            Schedule.TIMM,
            golden.get("t_initial").asInt(),
            golden.get("base_lr").asDouble(),
            golden.get("lr_min").asDouble(),
            golden.get("warmup_t").asDouble(),
            golden.get("warmup_lr_init").asDouble());
    JsonNode values = golden.get("values");
    assertThat(values.size()).isGreaterThan(30);
    // The references step the schedule after each epoch: epoch 0 runs at the constructor's rate.
    assertThat(recipe.schedule().rate(recipe, 0, 3, 7)).isEqualTo(golden.get("initial").asDouble());
    for (int t = 0; t < values.size(); t++) {
      double expected = values.get(t).asDouble();
      assertThat(recipe.schedule().rate(recipe, t + 1, 0, 7))
          .as("after step(%d)", t)
          .isCloseTo(expected, within(1e-12 + 1e-12 * expected));
    }
  }

  @Test
  void timm_runs_two_epochs_at_the_warm_up_rate() {
    TrainRecipe recipe = recipe(Schedule.TIMM, 100, 1e-3, 1e-5, 10, 1e-6);
    assertThat(Schedule.TIMM.rate(recipe, 0, 0, 5)).isEqualTo(1e-6);
    assertThat(Schedule.TIMM.rate(recipe, 1, 4, 5)).isEqualTo(1e-6);
    assertThat(Schedule.TIMM.rate(recipe, 2, 0, 5)).isCloseTo(1.009e-4, within(1e-12));
  }

  /** 5 epochs of 4 steps, one of them warm-up; by hand from the formula. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0.28", // 0.04 + 0.96 / 4
    "0, 3, 1.0", // 0.04 + 0.96 · 4 / 4
    "1, 0, 1.0", // cos 0
    "2, 0, 0.8681980515339464", // 0.1 + 0.45 (1 + cos π/4)
    "3, 0, 0.55", // cos π/2 = 0
    "4, 0, 0.2318019484660536", // 0.1 + 0.45 (1 + cos 3π/4)
    "4, 3, 0.1086466238185463" // 0.1 + 0.45 (1 + cos 15π/16)
  })
  void cosine_by_hand(int epoch, int step, double expected) {
    TrainRecipe recipe = recipe(Schedule.COSINE, 5, 1, 0.1, 1, 0.04);
    assertThat(Schedule.COSINE.rate(recipe, epoch, step, 4)).isCloseTo(expected, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0.28", "0, 1, 0.52", "0, 3, 1.0", "1, 0, 1.0", "4, 3, 1.0"})
  void constant_by_hand(int epoch, int step, double expected) {
    TrainRecipe recipe = recipe(Schedule.CONSTANT, 5, 1, 0.1, 1, 0.04);
    assertThat(Schedule.CONSTANT.rate(recipe, epoch, step, 4)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void without_warm_up_the_first_step_has_the_peak() {
    assertThat(Schedule.COSINE.rate(recipe(Schedule.COSINE, 5, 1, 0, 0, 0), 0, 0, 4)).isEqualTo(1);
  }
}
