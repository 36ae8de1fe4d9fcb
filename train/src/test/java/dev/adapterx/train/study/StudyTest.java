package dev.adapterx.train.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {
  private static final Variant PROBE = new Variant("linear-probe", List.of("method=linear-probe"));
  private static final Variant OWN = new Variant("adapter-x", List.of());

  @TempDir static Path images;
  @TempDir Path folder;

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  /** What a power cut looks like from inside. */
  private static final class Kill extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Notes which runs were taken up, and may be killed in one of them. */
  private static class Ear implements StudyListener {
    final List<String> started = Collections.synchronizedList(new ArrayList<>());
    final List<String> resumed = Collections.synchronizedList(new ArrayList<>());
    private final int killIn;

    Ear(int killIn) {
      this.killIn = killIn;
    }

    @Override
    public RunListener started(StudyRun run, int number, int runs, boolean goesOn) {
      (goesOn ? resumed : started).add(run.name());
      return new RunListener() {
        @Override
        public void stepped(int epoch, int epochs, int step, int steps, double loss) {
          if (number == killIn && epoch == 2 && step == 2) {
            throw new Kill();
          }
        }
      };
    }
  }

  private Study study(List<Variant> variants, List<Long> seeds, String... overrides) {
    return new Study(
        folder,
        Tiny.recipe(images, overrides),
        List.of(new Task("fruit", null, List.of())),
        variants,
        seeds,
        List.of("train.epochs=2", "train.warmup-epochs=0"));
  }

  /** All files with content and time of change. */
  private static Map<String, String> content(Path run) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(run)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            run.relativize(file).toString(),
            Files.getLastModifiedTime(file) + " " + java.util.Arrays.hashCode(Tiny.bytes(file)));
      }
    }
    return files;
  }

  @Test
  void a_killed_study_goes_on_and_leaves_finished_runs_as_they_are() throws IOException {
    Study study = study(List.of(PROBE, OWN), List.of(0L, 1L));
    assertThatThrownBy(() -> study.run(new Ear(2), false)).isInstanceOf(Kill.class);
    Path first = folder.resolve("runs/fruit/linear-probe/seed-0");
    Map<String, String> before = content(first);

    Ear ear = new Ear(0);
    Comparison all = study.run(ear, false);

    assertThat(ear.resumed).containsExactly("fruit adapter-x seed 0");
    assertThat(ear.started).containsExactly("fruit linear-probe seed 1", "fruit adapter-x seed 1");
    assertThat(content(first)).isEqualTo(before);
    assertThat(all.unfinished()).isEmpty();
    assertThat(all.finished("adapter-x", "fruit")).hasSize(2);
    assertThat(folder.resolve("runs/fruit/adapter-x/seed-1/run.lock")).isEmptyFile();

    Ear silent = new Ear(0);
    assertThat(study.run(silent, false)).isEqualTo(all);
    assertThat(silent.started).isEmpty();
    assertThat(silent.resumed).isEmpty();
  }

  @Test
  void a_run_resumed_in_a_study_has_the_bytes_of_one_in_one_go(@TempDir Path other) {
    Study killed = study(List.of(OWN), List.of(7L));
    assertThatThrownBy(() -> killed.run(new Ear(1), false)).isInstanceOf(Kill.class);
    killed.run(StudyListener.NONE, false);
    new Study(other, killed.recipe(), killed.tasks(), killed.variants(), List.of(7L), killed.last())
        .run(StudyListener.NONE, false);
    String adapter = "runs/fruit/adapter-x/seed-7/adapter/adapter_model.safetensors";
    assertThat(Tiny.bytes(folder.resolve(adapter))).isEqualTo(Tiny.bytes(other.resolve(adapter)));
  }

  @Test
  void runs_of_another_recipe_are_refused_before_anything_is_trained() {
    study(List.of(PROBE), List.of(0L)).run(StudyListener.NONE, false);
    Ear ear = new Ear(0);
    Study changed = study(List.of(OWN, PROBE), List.of(0L), "train.weight-decay=0.5");
    assertThatThrownBy(() -> changed.run(ear, false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("seed-0")
        .hasMessageContaining("recipe.yaml: train.weight-decay: the run was begun with 1.0E-4")
        .hasMessageContaining("now asked for is 0.5")
        .hasMessageContaining("choose another --out, or delete ");
    assertThat(ear.started).isEmpty();
  }

  @Test
  void what_changes_no_result_may_differ() {
    study(List.of(PROBE), List.of(0L)).run(StudyListener.NONE, false);
    Comparison again =
        study(List.of(PROBE), List.of(0L), "data.threads=1", "data.cache-megabytes=3")
            .run(StudyListener.NONE, false);
    assertThat(again.unfinished()).isEmpty();
  }

  @Test
  void a_run_that_diverges_is_noted_once_and_stops_no_other() {
    Variant wild = new Variant("wild", List.of("method=linear-probe", "train.lr=1e30"));
    Study study = study(List.of(wild, PROBE), List.of(0L));
    Comparison first = study.run(StudyListener.NONE, false);
    assertThat(first.failed()).hasSize(1);
    assertThat(first.failed().get(0).reason()).contains("Training diverged", "Lower train.lr");
    assertThat(first.finished("linear-probe", "fruit")).hasSize(1);
    assertThat(new ComparisonFiles(first).markdown())
        .contains("| wild         | failed |", "failed: fruit wild seed 0: Training diverged");

    Ear kept = new Ear(0);
    assertThat(study.run(kept, false).failed()).hasSize(1);
    assertThat(kept.started).isEmpty();
    Ear again = new Ear(0);
    assertThat(study.run(again, true).failed()).hasSize(1);
    assertThat(again.resumed).containsExactly("fruit wild seed 0");
  }

  @Test
  void a_method_that_refuses_the_backbone_is_tried_again_next_time() {
    Variant odd = new Variant("odd", List.of("method={name: adapter-x, heads: 5}"));
    Study study = study(List.of(odd, PROBE), List.of(0L));
    Comparison first = study.run(StudyListener.NONE, false);
    assertThat(first.failed().get(0).reason()).contains("adapter-x.heads");
    assertThat(first.finished("linear-probe")).hasSize(1);
    Ear ear = new Ear(0);
    study.run(ear, false);
    assertThat(ear.started).containsExactly("fruit odd seed 0");
  }

  @Test
  void what_no_run_can_begin_with_is_refused_before_the_first() {
    Variant odd = new Variant("odd", List.of("method={name: adapter-x, heads: 5}"));
    Variant five = new Variant("five", List.of("method={name: adapter-x, heads: 7}"));
    Ear ear = new Ear(0);
    assertThatThrownBy(
            () -> study(List.of(PROBE, OWN), List.of(0L, 1L), "data.train=train5").run(ear, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no split 'train5'")
        .hasMessageContaining("existing: train, val, test; did you mean 'train'? Without");
    assertThatThrownBy(
            () -> study(List.of(PROBE, OWN), List.of(0L), "data.path=nowhere").run(ear, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(
            () ->
                study(List.of(PROBE, OWN), List.of(0L), "backbone={path: no.safetensors}")
                    .run(ear, false))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("no.safetensors");
    assertThatThrownBy(() -> study(List.of(odd, five), List.of(0L)).run(ear, false))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("None of the 2 runs can begin, for 2 reasons:")
        .hasMessageContaining("found 5")
        .hasMessageContaining("found 7");
    assertThat(ear.started).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void data_that_one_task_alone_lacks_stops_no_other() {
    Study study =
        new Study(
            folder,
            Tiny.recipe(images),
            List.of(
                new Task("gone", null, List.of("data.path=nowhere")),
                new Task("fruit", null, List.of())),
            List.of(PROBE),
            List.of(0L),
            List.of("train.epochs=1", "train.warmup-epochs=0"));
    Comparison found = study.run(StudyListener.NONE, false);
    assertThat(found.failed()).hasSize(1);
    assertThat(found.finished("linear-probe", "fruit")).hasSize(1);
  }

  @Test
  void one_reason_of_several_runs_is_noted_once() {
    List<Variant> wild =
        List.of(
            new Variant("wild", List.of("method={name: adapter-x, heads: 5}")),
            new Variant("odd", List.of("method={name: adapter-x, heads: 5, scale: 2}")),
            PROBE);
    Comparison found = study(wild, List.of(0L)).run(StudyListener.NONE, false);
    assertThat(new ComparisonFiles(found).markdown())
        .contains("- failed: fruit wild seed 0, fruit odd seed 0: ");
  }

  @Test
  void two_that_work_on_a_study_share_its_runs_and_one_sees_all() throws Exception {
    Study study = study(List.of(PROBE, OWN), List.of(0L, 1L, 2L));
    CyclicBarrier together = new CyclicBarrier(2);
    List<Ear> ears = List.of(new Ear(0), new Ear(0));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Comparison>> both = new ArrayList<>();
      for (Ear ear : ears) {
        both.add(
            threads.submit(
                () -> {
                  together.await();
                  return study.run(ear, false);
                }));
      }
      Comparison one = both.get(0).get();
      Comparison two = both.get(1).get();
      assertThat(ears.get(0).started.size() + ears.get(1).started.size()).isEqualTo(6);
      assertThat(ears.get(0).started).doesNotContainAnyElementsOf(ears.get(1).started);
      assertThat(Math.min(one.unfinished().size(), two.unfinished().size())).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_run_that_another_process_holds_is_passed_over_until_that_is_killed() throws Exception {
    Study study = study(List.of(PROBE, OWN), List.of(0L));
    Path lock = folder.resolve("runs/fruit/linear-probe/seed-0/run.lock");
    Process other = LockHolder.start(lock);
    try {
      Comparison most = study.run(StudyListener.NONE, false);
      assertThat(most.unfinished())
          .extracting(StudyRun::name)
          .containsExactly("fruit linear-probe seed 0");
      assertThat(most.finished("adapter-x")).hasSize(1);
      assertThat(new ComparisonFiles(most).markdown()).contains("1 of 2 runs are not finished");
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(study.run(StudyListener.NONE, false).unfinished()).isEmpty();
  }

  @Test
  void a_recipe_that_a_kill_left_half_written_is_written_anew() throws IOException {
    Path run = Files.createDirectories(folder.resolve("runs/fruit/linear-probe/seed-0"));
    Files.writeString(run.resolve("recipe.yaml.part-12"), "seed");
    Comparison done = study(List.of(PROBE), List.of(0L)).run(StudyListener.NONE, false);
    assertThat(done.unfinished()).isEmpty();
    assertThat(run.resolve("recipe.yaml.part-12")).doesNotExist();
  }

  @Test
  void a_finished_run_that_is_damaged_is_named() throws IOException {
    Study study = study(List.of(PROBE), List.of(0L));
    study.run(StudyListener.NONE, false);
    Files.writeString(folder.resolve("runs/fruit/linear-probe/seed-0/run.json"), "{");
    assertThatThrownBy(() -> study.run(StudyListener.NONE, false))
        .isInstanceOf(dev.adapterx.base.DataException.class)
        .hasMessageContaining("run.json cannot be read")
        .hasMessageContaining("delete its run folder");
  }

  @Test
  void names_given_twice_and_nothing_at_all_are_refused() {
    assertThatThrownBy(() -> study(List.of(PROBE), List.of(1L, 1L)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--seeds: the seed '1' is given twice");
    assertThatThrownBy(() -> study(List.of(), List.of(1L)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at least one task, method and seed, found 1, 0 and 1");
  }
}
