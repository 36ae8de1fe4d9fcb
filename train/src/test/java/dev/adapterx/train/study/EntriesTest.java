package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.ClassHead;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods and tasks as a command line names them. */
class EntriesTest {
  private static final Recipe RECIPE =
      Recipe.read(
          "{method: {name: adapter-x, scale: 3}, data: {path: x/pets, test: t}}", List.of(), "r");

  @TempDir Path folder;

  private Recipe with(String entry) {
    return RECIPE.with(Variant.of(List.of(entry), RECIPE).get(0).overrides(), "test");
  }

  @Test
  void a_name_is_the_methods_defaults_or_the_recipes_own_settings() {
    assertThat(with("linear-probe").method()).isEqualTo(new LinearProbe());
    assertThat(with("adapter-x").method()).isEqualTo(AdapterX.with(o -> o.scale = 3));
    assertThat(RECIPE.with(List.of("method=adapter-x:budget"), "test").method())
        .isEqualTo(AdapterX.with(o -> o.bottleneck = 60));
    assertThat(RECIPE.with(List.of("method=adapter-x:budget", "method.scale=2"), "test").method())
        .isEqualTo(
            AdapterX.with(
                o -> {
                  o.bottleneck = 60;
                  o.scale = 2;
                }));
    assertThat(with("adapter-x:budget").method()).isEqualTo(AdapterX.with(o -> o.bottleneck = 60));
  }

  @Test
  void a_file_gives_its_method_and_training_alone() throws IOException {
    Path file = folder.resolve("wide.yaml");
    Files.writeString(
        file, "{method: {name: adapter-x, experts: 8}, train: {lr: 0.5}, data: {path: other}}");
    Variant variant = Variant.of(List.of(file.toString()), RECIPE).get(0);
    assertThat(variant.name()).isEqualTo("wide");
    Recipe changed = with(file.toString());
    assertThat(changed.method()).isEqualTo(AdapterX.with(o -> o.experts = 8));
    assertThat(changed.train().lr()).isEqualTo(0.5);
    assertThat(changed.data()).isEqualTo(RECIPE.data());
  }

  @Test
  void what_is_no_method_is_named() throws IOException {
    assertRefused("adpter-x", "--methods: unknown method 'adpter-x'; did you mean 'adapter-x'?");
    assertRefused("adapter-x:bugdet", "has no preset 'bugdet'; did you mean 'budget'?");
    assertRefused("none.yaml", "--methods: there is no recipe none.yaml");
    Path file = folder.resolve("empty.yaml");
    Files.writeString(file, "train: {lr: 1}");
    assertRefused(file.toString(), "empty.yaml: method: expected a method's name");
    assertThatThrownBy(() -> Variant.of(List.of("full", "full"), RECIPE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--methods: 'full' is named twice");
    assertThatThrownBy(() -> Variant.of(List.of(), RECIPE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("expected methods such as");
  }

  private static void assertRefused(String entry, String message) {
    assertThatThrownBy(() -> Variant.of(List.of(entry), RECIPE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_task_is_a_folder_computed_data_or_a_file_with_data() throws IOException {
    assertThat(Task.own(RECIPE)).isEqualTo(new Task("pets", null, List.of()));
    assertThat(Task.of("formula:3x4"))
        .isEqualTo(new Task("formula:3x4", null, List.of("data.path='formula:3x4'")));
    Task plain = Task.of(Files.createDirectories(folder.resolve("it's")).toString());
    assertThat(plain.name()).isEqualTo("it's");
    assertThat(RECIPE.with(plain.overrides(), "t").data().path())
        .isEqualTo(folder.resolve("it's").toString());

    Path file = folder.resolve("flowers.yaml");
    Files.writeString(
        file,
        "{group: Natural, head: mlp, data: {path: sub/f, train: train800val200}, train: {batch: 3}}");
    Task task = Task.of(file.toString());
    assertThat(task.name()).isEqualTo("flowers");
    assertThat(task.group()).isEqualTo("Natural");
    Recipe on = RECIPE.with(task.overrides(), "t");
    assertThat(on.data().path()).isEqualTo(folder.resolve("sub/f").toString());
    assertThat(on.data().train()).isEqualTo("train800val200");
    assertThat(on.data().test()).isEqualTo("t");
    assertThat(on.head()).isEqualTo(ClassHead.Kind.MLP);
    assertThat(on.train().batch()).isEqualTo(3);
  }

  @Test
  void what_is_no_task_is_named() throws IOException {
    assertThatThrownBy(() -> Task.of("nowhere"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--tasks: there is no 'nowhere': expected a data folder");
    Path file = folder.resolve("t.yaml");
    Files.writeString(file, "method: full");
    assertThatThrownBy(() -> Task.of(file.toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("t.yaml: unknown key 'method'");
    Files.writeString(file, "name: x");
    assertThatThrownBy(() -> Task.of(file.toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("t.yaml: data: expected keys such as 'path'");
    assertThatThrownBy(() -> new Task("::", null, List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("A task needs a name of letters or digits, found '::'");
  }

  @Test
  void folders_have_names_that_every_file_system_takes() {
    assertThat(FolderName.of("formula:4x12")).isEqualTo("formula-4x12");
    assertThat(FolderName.of("../a\\b")).isEqualTo("a-b");
    assertThat(FolderName.of("adapter-plus")).isEqualTo("adapter-plus");
  }
}
