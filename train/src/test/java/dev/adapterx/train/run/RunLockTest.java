package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  @TempDir Path folder;

  /** A process that holds the lock of a run until it is killed. */
  public static void main(String[] arguments) throws Exception {
    try (RunLock lock = RunLock.take(Path.of(arguments[0]))) {
      System.out.write('!');
      System.out.flush();
      Thread.sleep(600_000);
    }
  }

  private static Process holder(Path run) throws IOException {
    Process process =
        TrainingProcess.java(RunLockTest.class, List.of(run.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.getInputStream().read()).isEqualTo('!');
    return process;
  }

  @Test
  void the_second_is_told_who_holds_a_run_and_a_kill_frees_it() throws Exception {
    Path images = Tiny.images(folder.resolve("images"));
    Path run = folder.resolve("run");
    TrainRun.start(Tiny.recipe(images, "train.epochs=2"), run, RunListener.NONE);
    byte[] before = Tiny.bytes(run.resolve("checkpoint/last.safetensors"));
    Process holder = holder(run);
    try {
      assertThatThrownBy(() -> TrainRun.resume(run, List.of("train.epochs=3"), RunListener.NONE))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("The run folder " + run + " is in use by process " + holder.pid())
          .hasMessageContaining(" on ")
          .hasMessageContaining(" since 2")
          .hasMessageContaining("wait until that is done, or stop it");
      assertThatThrownBy(() -> TrainRun.start(Tiny.recipe(images), run, RunListener.NONE))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("is in use by process " + holder.pid());
      assertThat(Tiny.bytes(run.resolve("checkpoint/last.safetensors"))).isEqualTo(before);
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(run.resolve("run.lock")).content().contains("process " + holder.pid());
    TrainRun.resume(run, List.of("train.epochs=3"), RunListener.NONE);
    assertThat(Tiny.metrics(run)).hasSize(3);
    assertThat(run.resolve("run.lock")).isEmptyFile();
  }

  /** POSIX frees a process's locks when it closes the file, however it came to open it. */
  @Test
  void a_try_within_the_process_does_not_free_the_lock_for_others() throws Exception {
    try (RunLock lock = RunLock.take(folder)) {
      assertThat(RunLock.tryTake(folder)).isNull();
      assertThat(RunLock.tryTake(folder.resolve("../" + folder.getFileName()))).isNull();
      assertThatThrownBy(() -> RunLock.take(folder))
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      Process other =
          TrainingProcess.java(RunLockTest.class, List.of(folder.toString()))
              .redirectErrorStream(true)
              .start();
      assertThat(
              new String(
                  other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("is in use by process " + ProcessHandle.current().pid());
      assertThat(lock.run()).isEqualTo(folder);
    }
    RunLock.take(folder).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void of_many_that_try_at_once_one_has_it() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int[] inside = {0};
    try {
      List<Future<Integer>> all =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            int had = 0;
                            for (int round = 0; round < 50; round++) {
                              try (RunLock lock = RunLock.tryTake(folder.resolve("run"))) {
                                if (lock != null) {
                                  had++;
                                  assertThat(++inside[0]).isEqualTo(1);
                                  Thread.yield();
                                  inside[0]--;
                                }
                              }
                            }
                            return had;
                          }))
              .toList();
      int had = 0;
      for (Future<Integer> one : all) {
        had += one.get();
      }
      assertThat(had).isPositive();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_folder_that_cannot_be_is_named() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThatThrownBy(() -> RunLock.take(file.resolve("run")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "The run folder " + file.resolve("run"),
            file + " is a file, expected a folder",
            "choose another with --out");
    assertThatThrownBy(() -> RunLock.take(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContainingAny("exists already", "locks");
    assertThat(file).hasContent("mine");
  }
}
