package dev.adapterx.train.preset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class BestOfTest {
  @TempDir Path folder;
  private final List<Recipe> trained = new ArrayList<>();

  private static ObjectNode keys(Path data, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.path=" + data,
                "backbone={preset: vit_32x2x2_patch8_32, precision: fp32}",
                "train={epochs: 1, batch: 8}"));
    all.addAll(Arrays.asList(more));
    return Recipe.keys("", all, "test");
  }

  private RunResult train(Recipe recipe) {
    trained.add(recipe);
    return TrainRun.start(
        recipe, () -> RunFolder.numbered(folder.resolve("runs"), "try"), RunListener.NONE);
  }

  @Test
  void without_a_test_split_the_number_is_of_the_part_that_chose_and_that_is_said() {
    Path data = Tiny.images(folder.resolve("data")).resolve("train");
    BestOf.Outcome best = new BestOf(keys(data), "test", this::train).run();
    assertThat(best.tries())
        .extracting(BestOf.Try::method)
        .containsExactly("adapter-x", "lora", "ln-tuning", "full");
    assertThat(best.measured()).isSameAs(best.chosen().result().orElseThrow());
    assertThat(best.tries())
        .allSatisfy(t -> assertThat(t.score()).isLessThanOrEqualTo(best.chosen().score()));
    assertThat(best.text())
        .contains("chosen: " + best.chosen().title(), "a held-out part of all", "optimistic");
  }

  @Test
  void the_test_split_is_measured_once_one_is_chosen() {
    Path data = Tiny.images(folder.resolve("data"));
    BestOf.Outcome best = new BestOf(keys(data), "test", this::train).run();
    assertThat(trained).hasSize(5);
    assertThat(trained.subList(0, 4)).allSatisfy(r -> assertThat(r.data().test()).isNull());
    assertThat(trained.subList(0, 4)).allSatisfy(r -> assertThat(r.data().val()).isEqualTo("val"));
    assertThat(trained.get(4).data().test()).isEqualTo("test");
    assertThat(trained.get(4).method().name()).isEqualTo(best.chosen().method());
    assertThat(best.measured().measuredOn()).isEqualTo("test");
    assertThat(best.text()).contains("measured on test, which chose nothing");
  }

  @Test
  void a_time_limit_is_shared_by_all() {
    Path data = Tiny.images(folder.resolve("data")).resolve("train");
    new BestOf(keys(data, "train.time-limit=60"), "test", this::train).run();
    assertThat(trained.get(0).train().timeLimit()).isGreaterThan(14).isLessThanOrEqualTo(15);
    assertThat(trained.get(3).train().timeLimit()).isGreaterThan(30).isLessThanOrEqualTo(60);
  }

  @Test
  void a_method_of_ones_own_is_refused() {
    assertThatThrownBy(() -> new BestOf(keys(folder, "method=lora"), "test", this::train))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("leave method out");
  }
}
