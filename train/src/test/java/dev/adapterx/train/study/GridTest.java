package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GridTest {
  /** All that are promised; those that do not exist yet are tolerated. */
  private static final List<String> ANNOUNCED =
      List.of(
          "default",
          "linear-probe",
          "full",
          "bitfit",
          "ln-tuning",
          "ssf",
          "adapter-x",
          "adaptformer",
          "houlsby",
          "pfeiffer",
          "parallel-adapter",
          "adapter-plus",
          "mosa",
          "bi-adapter",
          "rep-adapter",
          "convpass",
          "lora",
          "dora",
          "vera",
          "ia3",
          "fact",
          "arc",
          "vpt",
          "dapt",
          "dapt-x",
          "idpt",
          "point-gst",
          "point-peft");

  private static Grid grid(String keys) {
    return Grid.of("m", Grid.read("m: " + keys, "grid.yaml"));
  }

  private static List<Map<String, String>> sample(Grid grid, int count) {
    return grid.sample(count, Rng.of(0, "test"));
  }

  static List<String> methods() {
    return Methods.names();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void every_value_that_ships_is_one_the_method_takes(String method) {
    Recipe recipe = Recipe.defaults().with(List.of("method=" + method), "test");
    Grid.of(method, Grid.shipped())
        .values()
        .forEach(
            (key, values) ->
                values.forEach(value -> recipe.with(List.of(key + "=" + value), "grids.yaml")));
  }

  @Test
  void grids_ship_for_announced_methods_only() {
    assertThat(Grid.shipped().keySet()).containsExactlyInAnyOrderElementsOf(ANNOUNCED);
  }

  /** Twelve of each, as by default: no value of a key more than one time more than another. */
  @Test
  void trials_use_all_values_of_a_key_as_often() {
    Grid.shipped()
        .forEach(
            (method, grid) -> {
              Grid wide = grid.extended(12);
              List<Map<String, String>> points = sample(wide, 12);
              assertThat(points).as(method).hasSize(12).doesNotHaveDuplicates();
              wide.values()
                  .forEach(
                      (key, values) -> {
                        Map<String, Integer> uses = new HashMap<>();
                        values.forEach(value -> uses.put(value, 0));
                        points.forEach(p -> uses.merge(p.get(key), 1, Integer::sum));
                        int most = uses.values().stream().max(Integer::compare).orElseThrow();
                        int least = uses.values().stream().min(Integer::compare).orElseThrow();
                        assertThat(most - least).as(method + " " + key).isLessThanOrEqualTo(1);
                      });
            });
  }

  @Test
  void a_choice_depends_on_its_stream_alone() {
    Grid grid = Grid.of("adapter-x", Grid.shipped());
    assertThat(sample(grid, 7)).isEqualTo(sample(grid, 7));
    assertThat(sample(grid, 7)).isNotEqualTo(grid.sample(7, Rng.of(1, "test")));
  }

  @Test
  void a_square_is_covered_like_a_latin_one() {
    Grid square = grid("{train.lr: [1, 2, 3, 4], method.scale: [1, 2, 3, 4]}");
    List<Map<String, String>> four = sample(square, 4);
    assertThat(four.stream().map(p -> p.get("train.lr"))).doesNotHaveDuplicates();
    assertThat(four.stream().map(p -> p.get("method.scale"))).doesNotHaveDuplicates();
    assertThat(sample(square, 16)).hasSize(16).doesNotHaveDuplicates();
    assertThat(sample(square, 99)).hasSize(16);
  }

  @Test
  void too_few_points_get_rates_between_those_there_are_then_above() {
    Grid rates = grid("{train.lr: [0.001, 0.01, 0.004]}").extended(5);
    assertThat(rates.values().get("train.lr"))
        .containsExactly("0.001", "0.002", "0.004", "0.0063", "0.01");
    assertThat(grid("{train.lr: [0.001], method.scale: [1, 2]}").extended(3).values())
        .containsEntry("train.lr", List.of("0.001", "0.002"));
    assertThat(grid("{train.lr: [0.001]}").extended(40).values().get("train.lr"))
        .hasSize(40)
        .doesNotHaveDuplicates();
    assertThat(grid("{method.scale: [1, 2]}").extended(3).points()).isEqualTo(2);
  }

  @Test
  void numbers_are_the_same_however_they_are_written() {
    assertThat(grid("{train.lr: [1e-5, 0.5, 1.0], method.form: [parallel]}").values())
        .containsEntry("train.lr", List.of("0.00001", "0.5", "1"))
        .containsEntry("method.form", List.of("\"parallel\""));
  }

  @Test
  void a_method_not_named_has_the_values_for_all_others() {
    Map<String, Grid> grids = Grid.read("default: {train.lr: [1]}\nm: {train.lr: [2]}", "g");
    assertThat(Grid.of("m", grids).values()).containsEntry("train.lr", List.of("2"));
    assertThat(Grid.of("other", grids).values()).containsEntry("train.lr", List.of("1"));
    assertThatThrownBy(() -> Grid.of("n", Grid.read("m: {train.lr: [2]}", "g")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("The grid has no values for n and no 'default'; it has m");
  }

  @Test
  void what_is_no_grid_is_named() {
    Map<String, String> wrong = new HashMap<>();
    wrong.put("m: 3", "g.yaml: m: expected keys with lists of values, found 3");
    wrong.put("m: {train.lr: 3}", "g.yaml: m: train.lr: expected a list of values");
    wrong.put("m: {train.lr: []}", "g.yaml: m: train.lr: expected a list of values");
    wrong.put("m: {train.lr: [1, 1.0]}", "g.yaml: m: train.lr: a value is given twice");
    wrong.put("m: {data.path: [x]}", "g.yaml: m: data.path: expected a key of the method or");
    wrong.put(
        "m: {train.lr: [0.1, fast]}", "m: train.lr: expected positive numbers, found \"fast\"");
    wrong.put("m: {train.lr: [0, 0.1]}", "m: train.lr: expected positive numbers, found 0");
    wrong.put("m: {train.lr: [1e308]}", "m: train.lr: expected positive numbers, found 1.0E308");
    wrong.put("m: [", "g.yaml:1: not valid YAML");
    wrong.forEach(
        (yaml, message) ->
            assertThatThrownBy(() -> Grid.read(yaml, "g.yaml"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message));
    List<String> keys = new ArrayList<>();
    for (int k = 0; k < 6; k++) {
      keys.add("method.k" + k + ": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
    }
    assertThatThrownBy(() -> grid("{" + String.join(", ", keys) + "}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("more than 10000 points");
  }
}
