package dev.adapterx.train.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.images.FewShotTasks;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuitesTest {
  @TempDir Path root;

  @Test
  void each_suite_has_the_tasks_of_its_paper() {
    assertThat(Suites.all())
        .extracting(Suite::name)
        .containsExactly(
            "vtab-1k", "fgvc", "few-shot", "scanobjectnn", "modelnet40", "modelnet-fewshot");
    assertThat(Suites.all()).extracting(s -> s.tasks().size()).containsExactly(19, 5, 75, 3, 1, 40);
    for (Suite suite : Suites.all()) {
      assertThat(suite.tasks()).extracting(SuiteTask::name).doesNotHaveDuplicates();
      assertThat(suite.sources()).isNotEmpty();
    }
  }

  @Test
  void an_unknown_suite_or_profile_is_answered_with_the_nearest() {
    assertThatThrownBy(() -> Suites.named("vtab1k"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "There is no suite 'vtab1k'; there are vtab-1k, fgvc, few-shot, scanobjectnn,"
                + " modelnet40, modelnet-fewshot; did you mean 'vtab-1k'?");
    assertThatThrownBy(() -> Suites.named("vtab-1k").tasks(root, "bi-adapter"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "vtab-1k has no profile 'bi-adapter'; there: biadapter, noah, adapterplus, none; did you"
                + " mean 'biadapter'?");
  }

  @Test
  void every_task_of_every_profile_is_a_recipe() {
    for (Suite suite : Suites.all()) {
      for (Profile profile : suite.profiles()) {
        for (SuiteTask task : suite.tasks(root, profile.name())) {
          Recipe recipe = recipe(task);
          assertThat(Path.of(Objects.requireNonNull(recipe.data().path()))).startsWithRaw(root);
          assertThat(recipe.data().val()).isNull();
          assertThat(recipe.data().holdOut()).isZero();
          assertThat(task.samples()).containsKey(recipe.data().train()).containsKey("test");
        }
      }
    }
  }

  @Test
  void what_a_recipe_had_does_not_shine_through() {
    SuiteTask cifar = Suites.named("vtab-1k").tasks(root, "noah").get(0);
    String before = "data: {val: v, augment: flip, mixup: 0.5}\ntrain: {label-smoothing: 0.1}";
    Recipe recipe = Recipe.read(before, cifar.overrides(), "recipe");
    assertThat(recipe.data().val()).isNull();
    assertThat(recipe.data().augment()).isEqualTo("none");
    assertThat(recipe.data().mixup()).isZero();
    assertThat(recipe.train().labelSmoothing()).isZero();
    Recipe scans =
        Recipe.read(
            "data: {few-shot: 5x10/3}",
            Suites.named("scanobjectnn").tasks(root, "dapt").get(0).overrides(),
            "recipe");
    assertThat(scans.data().fewShot()).isNull();
  }

  @Test
  void profiles_of_vtab_differ_as_the_papers_do() {
    Suite vtab = Suites.named("vtab-1k");
    Recipe bi = recipe(vtab.tasks(root, "biadapter").get(0));
    Recipe noah = recipe(vtab.tasks(root, "noah").get(0));
    Recipe plus = recipe(vtab.tasks(root, "adapterplus").get(0));
    assertThat(List.of(bi, noah, plus))
        .extracting(r -> Objects.requireNonNull(r.backbone().normalisation()).text())
        .containsExactly("none", "imagenet", "half");
    assertThat(List.of(bi, noah, plus))
        .extracting(r -> r.train().minLr())
        .containsExactly(1e-5, 1e-5, 1e-6);
    assertThat(List.of(bi, noah, plus))
        .extracting(r -> r.train().warmupLr())
        .containsExactly(1e-6, 1e-6, 1e-5);
    assertThat(bi.backbone().cropPct()).isEqualTo(1);
    assertThat(bi.train().epochs()).isEqualTo(100);
    assertThat(bi.train().lr()).isEqualTo(1e-3);
    assertThat(bi.train().weightDecay()).isEqualTo(1e-4);
    assertThat(bi.train().warmupEpochs()).isEqualTo(10);
    assertThat(bi.train().dropPath()).isEqualTo(0.1);
    assertThat(bi.train().batch()).isEqualTo(64);
    assertThat(bi.data().train()).isEqualTo("train800val200");
  }

  @Test
  void tuning_never_sees_the_test_split() {
    for (String name : List.of("vtab-1k", "fgvc", "few-shot")) {
      Suite suite = Suites.named(name);
      String profile = suite.profiles().get(0).name();
      for (SuiteTask task : suite.tasks(root, profile, Suite.Option.TUNING)) {
        Recipe recipe = recipe(task);
        assertThat(recipe.data().test()).startsWith("val");
        assertThat(recipe.data().train()).startsWith("train").doesNotContain("val");
      }
    }
    assertThatThrownBy(
            () -> Suites.named("modelnet40").tasks(root, "point-mae", Suite.Option.TUNING))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "modelnet40 has no split to choose hyper-parameters on: it has training and test"
                + " alone. Give data.hold-out=0.1 to hold a part of the training split out");
  }

  @Test
  void published_scales_are_those_released_with_bi_adapter() {
    List<SuiteTask> tasks =
        Suites.named("vtab-1k").tasks(root, "biadapter", Suite.Option.PUBLISHED_SCALES);
    assertThat(tasks.get(0).overrides()).contains("method.scale=0.1");
    assertThat(tasks.stream().filter(t -> t.overrides().contains("method.scale=10.0")))
        .extracting(SuiteTask::name)
        .containsExactly("caltech101", "svhn", "resisc45");
    assertThat(tasks.stream().filter(t -> t.overrides().contains("method.scale=0.01")))
        .extracting(SuiteTask::name)
        .containsExactly("dtd", "oxford_iiit_pet");
    tasks.forEach(SuitesTest::recipe);
    assertThatThrownBy(() -> Suites.named("fgvc").tasks(root, "vpt", Suite.Option.PUBLISHED_SCALES))
        .isInstanceOf(ConfigException.class)
        .hasMessage("fgvc has no published scales of adapters; vtab-1k has");
  }

  @Test
  void folders_may_have_the_names_in_circulation() throws IOException {
    Files.createDirectories(root.resolve("food101/annotations"));
    Files.writeString(root.resolve("food101/annotations/test_meta.list"), "a 0\n");
    Files.createDirectories(root.resolve("main_split"));
    Files.writeString(root.resolve("main_split/test_objectdataset.h5"), "");
    Suite few = Suites.named("few-shot");
    assertThat(recipe(few.tasks(root, "noah").get(0)).data().path())
        .isEqualTo(root.resolve("food101").toString());
    Suite scans = Suites.named("scanobjectnn");
    assertThat(recipe(scans.tasks(root, "point-mae").get(0)).data().path())
        .isEqualTo(root.toString());
  }

  @Test
  void a_root_with_an_odd_name_stays_itself() {
    Path odd = root.resolve("my: data #1 'a' [b]");
    Recipe recipe = recipe(Suites.named("fgvc").tasks(odd, "ssf").get(1));
    assertThat(recipe.data().path()).isEqualTo(odd.resolve("nabirds").toString());
    assertThat(recipe.train().lr()).isEqualTo(2e-4);
  }

  @Test
  void few_shot_tasks_name_their_draws() {
    SuiteTask task = Suites.named("few-shot").tasks(root, "noah").get(3 * 5 + 2);
    assertThat(task.name()).isEqualTo("oxford-pets-1shot-seed2");
    assertThat(task.group()).isEqualTo("oxford-pets-1shot");
    assertThat(recipe(task).data().train()).isEqualTo("train-1shot-seed2");
    assertThat(task.samples()).containsEntry("train-1shot-seed2", 74).containsEntry("test", 3669);
    assertThat(FewShotTasks.SHOTS).containsExactly(1, 2, 4, 8, 16);
  }

  @Test
  void point_tasks_choose_variants_and_folds() {
    Recipe hardest = recipe(Suites.named("scanobjectnn").tasks(root, "dapt").get(2));
    assertThat(hardest.data().variant()).isEqualTo("pb-t50-rs");
    assertThat(hardest.train().dropPath()).isEqualTo(0.3);
    assertThat(hardest.backbone().points()).isEqualTo(2048);
    List<SuiteTask> folds = Suites.named("modelnet-fewshot").tasks(root, "point-mae");
    assertThat(folds.get(39).name()).isEqualTo("10way_20shot-fold9");
    assertThat(folds.get(39).samples()).containsEntry("train", 200).containsEntry("test", 200);
    assertThat(folds.get(39).classes()).isEqualTo(10);
    Recipe fold = recipe(folds.get(39));
    assertThat(fold.data().fewShot()).isEqualTo("10way_20shot/9");
    assertThat(fold.data().variant()).isNull();
    assertThat(fold.train().epochs()).isEqualTo(150);
  }

  private static Recipe recipe(SuiteTask task) {
    return Recipe.read("", task.overrides(), task.name());
  }
}
