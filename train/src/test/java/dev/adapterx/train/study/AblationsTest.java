package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AblationsTest {
  private static Recipe recipe(String method) {
    return Recipe.read("{method: " + method + ", data: {path: flowers}}", List.of(), "test");
  }

  private static List<String> names(Recipe recipe, String... parts) {
    return Ablations.of(recipe, List.of(parts)).stream().map(a -> a.variant().name()).toList();
  }

  @Test
  void parts_are_the_papers() {
    assertThat(Ablations.parts())
        .containsExactly(
            "share",
            "experts",
            "heads",
            "routing",
            "router",
            "norm2",
            "prompts",
            "prompt-base",
            "prompt-bias",
            "cls",
            "form",
            "own",
            "gate",
            "balance");
  }

  @Test
  void each_part_is_changed_to_all_but_what_the_recipe_has() {
    Recipe recipe = recipe("adapter-x");

    assertThat(names(recipe, "share"))
        .containsExactly("share-none", "share-groups-2", "share-groups-4");
    assertThat(names(recipe, "experts")).containsExactly("experts-1", "experts-2", "experts-8");
    assertThat(names(recipe, "heads")).containsExactly("heads-1", "heads-2", "heads-8");
    assertThat(names(recipe, "routing")).containsExactly("routing-soft", "routing-random");
    assertThat(names(recipe, "router")).containsExactly("router-cosine", "router-linear");
    assertThat(names(recipe, "norm2")).containsExactly("norm2-shared", "norm2-frozen");
    assertThat(names(recipe, "prompts", "cls")).containsExactly("prompts-off", "cls-off");
    assertThat(names(recipe, "own"))
        .containsExactly(
            "own-output", "own-input", "own-sides", "own-scale", "own-embedding", "own-router");
    assertThat(names(recipe, "prompt-base")).containsExactly("prompt-base-mean");
    assertThat(names(recipe, "prompt-bias")).containsExactly("prompt-bias--4");
    assertThat(names(recipe, "gate")).containsExactly("gate-times-experts", "gate-one");
    assertThat(names(recipe, "form", "balance")).containsExactly("form-sequential", "balance-off");
  }

  @Test
  void a_recipe_that_has_a_change_already_is_compared_with_the_default() {
    Recipe recipe = recipe("{name: adapter-x, experts: 8, prompts: false, balance: 0}");

    assertThat(names(recipe, "experts")).containsExactly("experts-1", "experts-2", "experts-4");
    assertThat(names(recipe, "prompts", "balance")).containsExactly("prompts-on", "balance-0.01");
  }

  @Test
  void what_other_settings_do_not_allow_is_left_out() {
    Recipe recipe = recipe("{name: adapter-x, routing: random}");

    assertThat(names(recipe, "gate")).isEmpty();
    assertThat(names(recipe, "own"))
        .containsExactly("own-output", "own-input", "own-sides", "own-scale");
    assertThat(names(recipe("{name: adapter-x, gate: one}"), "routing")).isEmpty();
  }

  @Test
  void every_change_makes_a_method_of_its_own_that_differs_in_its_part_alone() {
    Recipe recipe = recipe("{name: adapter-x, scale: 0.5}");
    List<Ablations.Ablation> all = Ablations.of(recipe, List.of());
    List<Object> methods = new ArrayList<>();

    for (Ablations.Ablation ablation : all) {
      Recipe changed = recipe.with(ablation.variant().overrides(), "test");
      AdapterX method = (AdapterX) changed.method();
      assertThat(method.scale()).isEqualTo(0.5);
      assertThat(changed.data()).isEqualTo(recipe.data());
      assertThat(ablation.title()).isNotBlank();
      methods.add(method);
    }
    assertThat(new HashSet<>(methods)).hasSameSizeAs(methods).doesNotContain(recipe.method());
    assertThat(all).hasSize(29);
    assertThat(Ablations.variants(all)).hasSize(30);
    assertThat(Ablations.variants(all).get(0)).isEqualTo(new Variant("baseline", List.of()));
  }

  @Test
  void other_mixtures_have_the_parts_they_have() {
    Recipe recipe = recipe("dapt-x");

    assertThat(Ablations.parts(recipe))
        .containsExactly("experts", "heads", "routing", "router", "balance");
    assertThat(names(recipe)).hasSize(11).doesNotContain("share-none");
    assertThatThrownBy(() -> Ablations.of(recipe, List.of("share")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "--parts: dapt-x has no setting 'share'; it has experts, heads, routing, router, balance.");
  }

  @Test
  void what_is_no_mixture_or_no_part_is_refused() {
    assertThatThrownBy(() -> Ablations.of(recipe("linear-probe"), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("method: linear-probe has no mixture of experts")
        .hasMessageContaining("adapter-x or dapt-x");
    assertThatThrownBy(() -> Ablations.of(recipe("adapter-x"), List.of("expert")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no part 'expert'")
        .hasMessageContaining("experts");
  }

  private static Comparison.Cell cell(String variant, long seed, double accuracy, long peft) {
    Recipe recipe = recipe("adapter-x");
    StudyRun run = new StudyRun(variant, recipe, new RunFolder(Path.of("runs", variant)));
    RunSummary summary =
        new RunSummary(
            "accuracy",
            "x",
            accuracy,
            Double.NaN,
            0,
            Double.NaN,
            Double.NaN,
            new ParameterReport(peft, 10, peft + 10, 100_000),
            5,
            7,
            0,
            "half");
    return new Comparison.Cell(
        "flowers", variant, seed, new Outcome(run, Outcome.State.FINISHED, summary, null));
  }

  private static AblationTable table() {
    Recipe recipe = recipe("adapter-x");
    List<Ablations.Ablation> ablations = Ablations.of(recipe, List.of("prompts", "cls"));
    return new AblationTable(
        new Comparison(
            List.of(new Task("flowers", null, List.of())),
            List.of("baseline", "prompts-off", "cls-off"),
            List.of(0L, 1L, 2L),
            List.of(
                cell("baseline", 0, 80, 1000),
                cell("baseline", 1, 82, 1000),
                cell("baseline", 2, 84, 1000),
                cell("prompts-off", 0, 79, 900),
                cell("prompts-off", 1, 80, 900),
                cell("prompts-off", 2, 84, 900),
                cell("cls-off", 1, 83, 950)),
            List.of()),
        ablations);
  }

  @Test
  void differences_are_taken_seed_by_seed() {
    // -1, -2, 0: mean -1, std 1; of the second only seed 1 is done: 83 - 82
    assertThat(table().difference("prompts-off").mean()).isCloseTo(-1, within(1e-12));
    assertThat(table().difference("prompts-off").std()).isCloseTo(1, within(1e-12));
    assertThat(table().difference("cls-off").mean()).isCloseTo(1, within(1e-12));
    assertThat(table().difference("unknown")).isNull();
  }

  @Test
  void the_table_has_accuracy_difference_and_parameters() {
    assertThat(table().markdown().lines().map(l -> l.replaceAll(" +", " ")))
        .contains(
            "| part | variant | accuracy % | difference | peft | peft % |",
            "| | as the recipe has it | 82.00 ± 2.00 | - | 1,000 | 1.000 |",
            "| prompts | no prompts | 81.00 ± 2.65 | -1.00 ± 1.00 | 900 | 0.900 |",
            "| cls | CLS stays frozen | 83.00 | +1.00 | 950 | 0.950 |");
    assertThat(table().markdown()).contains("seed by seed", "(n - 1)");
    assertThat(table().csv())
        .startsWith("part,variant,title,accuracy,accuracy-std,accuracy-seeds,peft,peft-percent")
        .contains("prompts,prompts-off,no prompts,81.0,");
  }
}
