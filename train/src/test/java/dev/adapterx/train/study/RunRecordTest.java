package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Settings;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class RunRecordTest {
  private static final Variant PROBE = new Variant("linear-probe", List.of("method=linear-probe"));
  private static final Variant OWN = new Variant("adapter-x", List.of());
  private static final Variant WILD =
      new Variant("wild", List.of("method=linear-probe", "train.lr=1e30"));

  @TempDir static Path images;
  @TempDir Path here;
  @TempDir Path elsewhere;
  @TempDir Path records;

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  /** Notes what is trained. */
  private static final class Ear implements StudyListener {
    final List<String> trained = new ArrayList<>();

    @Override
    public RunListener started(StudyRun run, int number, int runs, boolean resumed) {
      trained.add(run.name());
      return RunListener.NONE;
    }
  }

  private Study study(Path out, List<Variant> variants, List<Long> seeds, String... overrides) {
    return new Study(
        out,
        Tiny.recipe(images, overrides),
        List.of(new Task("fruit", "Natural", List.of())),
        variants,
        seeds,
        List.of("train.epochs=2", "train.warmup-epochs=0"),
        records);
  }

  private Path record(String run) {
    return records.resolve("fruit").resolve(run + ".json");
  }

  private static ObjectNode json(Path record) {
    return (ObjectNode) Settings.json().readTree(Tiny.text(record));
  }

  @Test
  void another_machine_goes_on_where_the_records_end() {
    Study first = study(here, List.of(PROBE, OWN), List.of(0L));
    Comparison before = first.run(StudyListener.NONE, false);

    Ear ear = new Ear();
    Comparison after = study(elsewhere, List.of(PROBE, OWN), List.of(0L, 1L)).run(ear, false);

    assertThat(ear.trained).containsExactly("fruit linear-probe seed 1", "fruit adapter-x seed 1");
    assertThat(after.unfinished()).isEmpty();
    for (String method : List.of("linear-probe", "adapter-x")) {
      assertThat(after.finished(method).get(0)).isEqualTo(before.finished(method).get(0));
    }
    assertThat(new RecordFolder(records).found().comparison().finished("adapter-x"))
        .isEqualTo(after.finished("adapter-x"));
  }

  @Test
  void a_record_is_one_line_without_folders_of_the_machine() {
    study(here, List.of(OWN), List.of(4L)).run(StudyListener.NONE, false);
    String text = Tiny.text(record("adapter-x/seed-4"));
    assertThat(text).endsWith("}\n").hasLineCount(1);
    assertThat(text).doesNotContain(images.getParent().toString()).doesNotContain("/");
    JsonNode json = json(record("adapter-x/seed-4"));
    JsonNode run =
        Settings.json().readTree(Tiny.text(here.resolve("runs/fruit/adapter-x/seed-4/run.json")));
    assertThat(json.path("result").path("test-accuracy-last"))
        .isEqualTo(run.path("test-accuracy-last"));
    assertThat(json.path("recipe").path("data").path("path").asString())
        .isEqualTo(images.getFileName().toString());
    assertThat(json.path("origin").path("fingerprint train").asString()).hasSize(64);
    assertThat(json.path("group").asString()).isEqualTo("Natural");
  }

  @Test
  void a_record_of_another_recipe_is_refused_before_anything_is_trained() {
    study(here, List.of(PROBE), List.of(0L)).run(StudyListener.NONE, false);
    Ear ear = new Ear();
    Study other = study(elsewhere, List.of(OWN, PROBE), List.of(0L), "train.weight-decay=0.5");
    assertThatThrownBy(() -> other.run(ear, false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("seed-0.json: train.weight-decay: the recorded run had 1.0E-4")
        .hasMessageContaining("now asked for is 0.5")
        .hasMessageContaining("another --record, or delete the file");
    assertThat(ear.trained).isEmpty();
  }

  @Test
  void what_changes_no_result_and_keys_that_came_later_do_not_count() throws IOException {
    study(here, List.of(OWN), List.of(0L)).run(StudyListener.NONE, false);
    Path file = record("adapter-x/seed-0");
    ObjectNode older = json(file);
    ((ObjectNode) older.path("recipe").path("method")).remove("z-loss");
    ((ObjectNode) older.path("recipe").path("train")).remove("ema");
    Files.writeString(file, older + "\n");
    Ear ear = new Ear();
    study(elsewhere, List.of(OWN), List.of(0L), "data.threads=1").run(ear, false);
    assertThat(ear.trained).isEmpty();
  }

  @Test
  void runs_finished_before_anything_was_recorded_are_recorded() {
    Study plain =
        new Study(
            here,
            Tiny.recipe(images),
            List.of(new Task("fruit", "Natural", List.of())),
            List.of(PROBE),
            List.of(0L),
            List.of("train.epochs=2", "train.warmup-epochs=0"));
    plain.run(StudyListener.NONE, false);
    assertThat(record("linear-probe/seed-0")).doesNotExist();
    Ear ear = new Ear();
    study(here, List.of(PROBE), List.of(0L)).run(ear, false);
    assertThat(ear.trained).isEmpty();
    assertThat(record("linear-probe/seed-0")).exists();
  }

  @Test
  void a_run_that_diverged_is_recorded_as_such_until_it_is_to_be_tried_again() {
    study(here, List.of(WILD), List.of(0L)).run(StudyListener.NONE, false);
    Ear ear = new Ear();
    Comparison known = study(elsewhere, List.of(WILD), List.of(0L)).run(ear, false);
    assertThat(ear.trained).isEmpty();
    assertThat(known.failed().get(0).reason()).contains("Training diverged");
    assertThat(new ComparisonFiles(new RecordFolder(records).found().comparison()).markdown())
        .contains("| wild   | failed |", "failed: fruit wild seed 0: Training diverged");

    study(elsewhere, List.of(WILD), List.of(0L)).run(ear, true);
    assertThat(ear.trained).containsExactly("fruit wild seed 0");
  }

  @Test
  void a_mistake_that_can_be_put_right_is_not_recorded() {
    Variant odd = new Variant("odd", List.of("method={name: adapter-x, heads: 5}"));
    Comparison first = study(here, List.of(odd, PROBE), List.of(0L)).run(StudyListener.NONE, false);
    assertThat(first.failed()).hasSize(1);
    assertThat(record("odd/seed-0")).doesNotExist();
  }

  @Test
  void data_of_the_same_name_with_another_content_are_not_recorded_beside() throws IOException {
    study(here, List.of(PROBE), List.of(0L)).run(StudyListener.NONE, false);
    Path file = record("linear-probe/seed-0");
    ObjectNode other = json(file);
    ((ObjectNode) other.path("origin")).put("fingerprint test", "0".repeat(64));
    Files.writeString(file, other + "\n");
    Study more = study(elsewhere, List.of(PROBE), List.of(0L, 1L));
    assertThatThrownBy(() -> more.run(StudyListener.NONE, false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("seed-1.json: fingerprint test: other runs recorded there have '000")
        .hasMessageContaining("results are not comparable");
    assertThat(elsewhere.resolve("runs/fruit/linear-probe/seed-1/run.json")).exists();
  }

  @Test
  void a_damaged_record_is_named() throws IOException {
    Path file = record("linear-probe/seed-0");
    Files.createDirectories(file.getParent());
    for (String damage :
        List.of("{\"record\":1", "{\"record\":2,\"result\":{}}", "[]", "{\"record\":1}")) {
      Files.writeString(file, damage);
      Study study = study(here, List.of(PROBE), List.of(0L));
      assertThatThrownBy(() -> study.run(StudyListener.NONE, false))
          .as(damage)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("seed-0.json cannot be read as the record of a run")
          .hasMessageContaining("Restore it, or delete it");
    }
  }

  @Test
  void a_study_half_done_has_its_tables_and_other_files_do_not_matter() throws IOException {
    study(here, List.of(PROBE), List.of(0L, 1L)).run(StudyListener.NONE, false);
    study(here, List.of(OWN), List.of(0L)).run(StudyListener.NONE, false);
    Files.writeString(records.resolve("notes.json"), "{\"by\": \"hand\"}");
    Files.writeString(records.resolve("README.md"), "text");
    Comparison found = new RecordFolder(records).found().comparison();
    assertThat(found.variants()).containsExactly("linear-probe", "adapter-x");
    assertThat(found.seeds()).containsExactly(0L, 1L);
    assertThat(found.tasks()).containsExactly(new Task("fruit", "Natural", List.of()));
    assertThat(new ComparisonFiles(found).markdown()).contains("(1 of 2) |", "trained on 'train'");
    assertThat(new RecordFolder(here).hasAny()).isFalse();
    assertThat(new RecordFolder(records.resolve("nothing")).hasAny()).isFalse();

    for (String damaged : List.of("", "{\"record\": 1, \"task\"", "[]")) {
      Files.writeString(record("linear-probe/seed-1"), damaged);
      RecordFolder.Found rest = new RecordFolder(records).found();
      assertThat(rest.comparison().cells()).as(damaged).hasSize(2);
      assertThat(rest.leftOut())
          .singleElement()
          .asString()
          .contains("seed-1.json cannot be read as the record of a run");
    }

    Files.copy(record("adapter-x/seed-0"), records.resolve("copy.json"));
    assertThatThrownBy(() -> new RecordFolder(records).found().comparison())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is of fruit adapter-x seed 0 too");
  }

  @Test
  void trials_recorded_elsewhere_choose_the_same_without_training() {
    Tuning there = tuning(here);
    TuningResult first = there.run(StudyListener.NONE, false);
    Ear ear = new Ear();
    TuningResult again = tuning(elsewhere).run(ear, false);
    assertThat(ear.trained).isEmpty();
    assertThat(again.winner("linear-probe").orElseThrow().settings())
        .isEqualTo(first.winner("linear-probe").orElseThrow().settings());
    assertThat(Tiny.text(elsewhere.resolve("linear-probe.yaml")))
        .isEqualTo(Tiny.text(here.resolve("linear-probe.yaml")));
    assertThat(new RecordFolder(records).found().comparison().variants())
        .contains(
            "linear-probe trial 1 "
                + first.trials().get(0).outcome().run().name().replaceFirst(".* ", ""));
  }

  private Tuning tuning(Path out) {
    var recipe = Tiny.recipe(images);
    return new Tuning(
        out,
        recipe,
        new Splits("train", "val", 0),
        Variant.of(List.of("linear-probe"), recipe),
        Grid.read("default: {train.lr: [0.01, 0.02]}", "grid"),
        2,
        5,
        List.of("train.epochs=2", "train.warmup-epochs=0"),
        records);
  }
}
