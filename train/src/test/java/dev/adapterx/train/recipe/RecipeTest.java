package dev.adapterx.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class RecipeTest {
  @TempDir Path folder;

  private static Recipe read(String yaml, String... overrides) {
    return Recipe.read(yaml, List.of(overrides), "r.yaml");
  }

  @Test
  void an_empty_recipe_is_the_defaults() {
    assertThat(read("")).isEqualTo(Recipe.defaults());
    assertThat(read("# nothing\n")).isEqualTo(Recipe.defaults());
    assertThat(read("train:\ndata:\n")).isEqualTo(Recipe.defaults());
  }

  @Test
  void what_is_written_reads_back_equal() {
    assertThat(read(Recipe.defaults().yaml())).isEqualTo(Recipe.defaults());
    Recipe other =
        read(
            """
            seed: -9223372036854775808
            backbone: {preset: vit_32x2x2_patch8_32, crop-pct: 0.875, normalisation: half}
            method: {name: adapter-x, preset: budget, experts: 2, form: sequential}
            data: {path: "a b/c:d", val: val, test: null, augment: rand-m9-mstd0.5-inc1}
            train: {lr: 1e-3, schedule: timm, warmup-epochs: 0.5}
            """);
    assertThat(read(other.yaml())).isEqualTo(other);
    assertThat(other.data().test()).isNull();
    assertThat(other.train().lr()).isEqualTo(0.001);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "123",
        "1e5",
        "0x1F",
        "1_000",
        ".5",
        "true",
        "no",
        "null",
        "~",
        "",
        " lead",
        "a: b",
        "#x",
        "2001-01-01",
        "- a",
        "{a}",
        "it's",
        "\"q\"",
        "é",
        "a\\b",
        "*x",
        "&x",
        "!x",
        "%x",
        "@x",
        ".inf",
        ".NaN",
        "+1",
        "1:30",
        "0o7",
        "y",
        "Off",
        "a #b",
        "line\nbreak"
      })
  void any_name_of_a_split_reads_back_equal(String name) {
    ObjectNode tree = Recipe.defaults().tree();
    ((ObjectNode) tree.get("data")).put("train", name);
    DataRecipe data = Settings.convert(tree.get("data"), DataRecipe.class, "data");
    Recipe d = Recipe.defaults();
    Recipe recipe = new Recipe(d.seed(), d.backbone(), d.method(), d.task(), data, d.train());
    assertThat(read(recipe.yaml())).isEqualTo(recipe);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trian: {lr: 1}                | r.yaml: unknown key 'trian'; did you mean 'train'?",
        "train: {lrr: 1}               | r.yaml: train: unknown key 'lrr'; did you mean 'lr'?",
        "train: {warmup-epoch: 1}      | did you mean 'warmup-epochs'?",
        "data: {hold_out: 0.1}         | r.yaml: data: unknown key 'hold_out'; did you mean 'hold-out'?",
        "backbone: {pth: x}            | r.yaml: backbone: unknown key 'pth'; did you mean 'path'?",
        "method: {name: adapter-x, hedas: 2} | r.yaml: method: unknown key 'hedas'; did you mean 'heads'?",
        "method: adapterx              | r.yaml: method: unknown method 'adapterx'; did you mean 'adapter-x'?",
        "method: {name: lora-x}        | r.yaml: method.name: unknown method 'lora-x'",
        "method: {heads: 2}            | r.yaml: method: expected a method's name or keys with 'name'",
        "method: 3                     | r.yaml: method: expected a method's name",
        "method: {name: adapter-x, preset: budgt} | did you mean 'budget'?",
        "method: {name: adapter-x, preset: {}} | r.yaml: method.preset: expected a preset's name, found {}",
        "train: {epochs: ten}          | r.yaml: train.epochs: expected a whole number, found 'ten'",
        "train: {epochs: 1.5}          | r.yaml: train.epochs: expected a whole number",
        "train: {epochs: '5'}          | r.yaml: train.epochs: expected a whole number",
        "train: {epochs: null}         | r.yaml: train.epochs",
        "train: {epochs: [1]}          | r.yaml: train.epochs: expected a whole number",
        "train: {epochs: 99999999999}  | r.yaml: train.epochs",
        "train: {epochs: 0}            | r.yaml: train: epochs: expected at least 1, found 0",
        "train: {lr: .nan}             | lr: expected a positive number up to 1e30, found NaN",
        "train: {lr: .inf}             | lr: expected a positive number up to 1e30, found Infinity",
        "train: {lr: 1e31}              | lr: expected a positive number up to 1e30, found 1.0E31",
        "train: {weight-decay: .inf}   | weight-decay: expected",
        "train: {clip-norm: .inf}      | clip-norm: expected",
        "train: {lr: 1e-3, min-lr: 1}  | min-lr: expected from 0 to lr 0.001, found 1.0",
        "train: {schedule: cosin}      | r.yaml: train.schedule: expected one of cosine, timm, constant, found 'cosin'; did you mean 'cosine'?",
        "train: {drop-last: 1}         | r.yaml: train.drop-last: expected true or false",
        "train: 5                      | r.yaml: train: expected keys and values, found 5",
        "data: {val: v, hold-out: 0.1} | give either val or hold-out",
        "data: {hold-out: 1}           | hold-out: expected a share in [0, 1), found 1.0",
        "data: {train: null}           | r.yaml: data.train: expected a value, found null",
        "data: {augment: null}         | r.yaml: data.augment: expected a value, found null",
        "train: {schedule: null}       | r.yaml: train.schedule: expected a value, found null",
        "method: {name: adapter-x, form: null} | r.yaml: method.form: expected a value, found null",
        "backbone: {path: a, preset: b}| give either path or preset",
        "seed: 1.5                     | r.yaml: seed: expected a whole number",
        "seed: 9223372036854775808     | r.yaml: seed: expected a whole number",
        "seed: x                       | r.yaml: seed: expected a whole number",
        "- a                           | r.yaml: expected keys and values",
        "just text                     | r.yaml: expected keys and values",
      })
  void says_what_is_wrong_and_where(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed: 1\ntrain: {lr: 1\n",
        "seed: 1\ntrain: \"abc\n",
        "seed: 1\n\ttrain: 3\n",
        "seed: 1\nseed: 2\n",
        "seed: 1\ntrain: {lr: 0.1, lr: 0.2}\n"
      })
  void a_syntax_error_or_a_key_given_twice_names_the_line(String yaml) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching("(?s)r\\.yaml:[23]: not valid YAML: .*");
  }

  @Test
  void overrides_are_yaml_values_under_dotted_keys() {
    Recipe recipe =
        read(
            "method: adapter-x\ndata: {val: v}",
            "seed=7",
            "train.lr=1e-2",
            "train.drop-last=false",
            "data.val=null",
            "data.test=",
            "data.train='12'",
            "method.experts=2",
            "backbone.crop-pct=0.9");
    assertThat(recipe.seed()).isEqualTo(7);
    assertThat(recipe.train().lr()).isEqualTo(0.01);
    assertThat(recipe.train().dropLast()).isFalse();
    assertThat(recipe.data().val()).isNull();
    assertThat(recipe.data().test()).isNull();
    assertThat(recipe.data().train()).isEqualTo("12");
    assertThat(((AdapterX) recipe.method()).experts()).isEqualTo(2);
    assertThat(recipe.backbone().cropPct()).isEqualTo(0.9);
  }

  @Test
  void a_method_may_be_a_bare_name_or_come_from_an_override() {
    assertThat(read("method: linear-probe").method()).isEqualTo(new LinearProbe());
    assertThat(read("", "method=linear-probe").method()).isEqualTo(new LinearProbe());
    assertThat(read("", "method.experts=2").method()).isEqualTo(AdapterX.with(o -> o.experts = 2));
    assertThat(read("", "method={name: adapter-x, experts: 2}").method())
        .isEqualTo(AdapterX.with(o -> o.experts = 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.lr        | Expected key=value such as train.lr=0.01, found 'train.lr'",
        "=1              | Expected key=value",
        "train.lrr=1     | train: unknown key 'lrr'; did you mean 'lr'?",
        "train.lr.x=1    | expected keys below 'lr', the recipe has 0.5",
        "seed.x=1        | expected keys below 'seed', the recipe has 4",
        "train.lr=[1     | : the value is not valid YAML",
        "train.lr=[1, 2] | train.lr: expected a number, found '[1,2]'",
        "train.lr={a: 1} | train.lr: expected a number",
        "train.lr=       | train.lr",
        "train..lr=1     | train: unknown key ''",
        "method.hedas=2  | method: unknown key 'hedas'; did you mean 'heads'?",
      })
  void says_what_is_wrong_with_an_override(String override, String message) {
    assertThatThrownBy(() -> read("seed: 4\ntrain: {lr: 0.5}", override))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void paths_are_relative_to_the_recipes_folder_and_embedded_stays() throws IOException {
    Path file = folder.resolve("sub/r.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "backbone: {path: ../w.safetensors}\ndata: {path: images}");
    Recipe recipe = Recipe.read(file, List.of());
    assertThat(recipe.backbone().path()).isEqualTo(folder.resolve("w.safetensors").toString());
    assertThat(recipe.data().path()).isEqualTo(folder.resolve("sub/images").toString());
    Recipe changed =
        Recipe.read(file, List.of("backbone.path=embedded", "data.path=" + folder.resolve("x")));
    assertThat(changed.backbone().path()).isEqualTo("embedded");
    assertThat(changed.data().path()).isEqualTo(folder.resolve("x").toString());
  }

  @Test
  void a_path_that_no_system_has_is_a_mistake_of_the_recipe() {
    assertThatThrownBy(() -> read("data: {path: \"a\\0b\"}").relativeTo(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is no path");
  }

  @Test
  void a_missing_recipe_is_named() {
    Path file = folder.resolve("none.yaml");
    assertThatThrownBy(() -> Recipe.read(file, List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("There is no readable recipe " + file);
  }

  @Test
  void paths_are_those_of_the_recipes_folder() throws IOException {
    Path file = Files.writeString(folder.resolve("r.yaml"), "data: {path: a, text-cache: b}");
    DataRecipe data = Recipe.read(file, List.of()).data();
    assertThat(data.path()).isEqualTo(folder.resolve("a").toString());
    assertThat(data.textCache()).isEqualTo(folder.resolve("b").toString());
  }
}
