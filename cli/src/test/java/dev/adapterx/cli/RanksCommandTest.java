package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code train --ranks}: real processes beside this one, and what is refused. */
class RanksCommandTest {
  @TempDir Path folder;
  private Path recipe;

  @BeforeEach
  void data() {
    TinyRun.data(folder.resolve("images"));
    recipe = TinyRun.recipe(folder, "{name: adapter-x, experts: 2, heads: 2, bottleneck: 4}");
  }

  @Test
  void two_ranks_of_this_machine_train_and_resume() {
    Path run = folder.resolve("run");
    Invocation training = Invocation.of("train", recipe, "--ranks", 2, "--out", run);
    assertThat(training.code()).as(training.toString()).isZero();
    assertThat(training.out())
        .contains("micro-batches have 2 samples instead of 4")
        .contains("adapter: " + run.resolve("adapter"));
    assertThat(run.resolve("run.json")).content().contains("\"ranks\" : \"2\"");

    Invocation further = Invocation.of("train", "--resume", run, "--ranks", 2, "train.epochs=2");
    assertThat(further.code()).as(further.toString()).isZero();
    assertThat(run.resolve("metrics.jsonl")).content().hasLineCount(2);
  }

  @Test
  void a_rank_that_cannot_start_is_told_and_nothing_is_written() throws Exception {
    Path run = folder.resolve("run");
    Files.writeString(recipe, Files.readString(recipe).replace("path: images", "path: none"));
    Invocation training = Invocation.of("train", recipe, "--ranks", 2, "--out", run);
    assertThat(training.code()).isEqualTo(2);
    assertThat(training.err()).contains("none");
    assertThat(run).doesNotExist();
  }

  /** A restart may repair it, so it is no mistake in what was asked for. */
  @Test
  void a_rank_0_that_is_not_there_is_exit_code_1() {
    Path run = folder.resolve("run");
    Invocation training =
        Invocation.of(
            "train",
            recipe,
            "--out",
            run,
            "--ranks",
            2,
            "--rank",
            1,
            "--rendezvous",
            "localhost:1",
            "--rank-timeout",
            1);
    assertThat(training.code()).as(training.toString()).isEqualTo(1);
    assertThat(training.err().replaceAll("\\s+", " "))
        .contains("rank 1 of 2 found no rank 0 at localhost:1 within 1 s");
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rank 1 | expected --ranks N and --rendezvous HOST:PORT",
        "--rank 1 --ranks 2 | expected --ranks N and --rendezvous HOST:PORT",
        "--rendezvous localhost:29400 | give --rank and --ranks too",
        "--rank-timeout 5 | is for a training in several --ranks",
        "--ranks 0 | --ranks: expected at least 1, found 0",
        "--ranks 50000 | Ranks of other machines are started by --rank and --rendezvous",
        "--ranks 2 --rank 2 --rendezvous localhost:1 | --rank: expected 0 to 1, as there are --ranks 2, found 2",
        "--ranks 2 --rank 1 --rendezvous localhost | expected HOST:PORT with a port of 1 to 65535, found localhost",
        "--ranks 2 --rank 0 --rendezvous nowhere.invalid:29400 --rank-timeout 1 | there is no host named 'nowhere.invalid'",
        "--ranks 2 --rank-timeout 0 | --rank-timeout: expected at least 1 second",
        "--ranks 2 --quality best | --quality best tries methods one after the other",
        "--ranks 2 train.batch=1 | a batch of 1 samples cannot be divided among 2 ranks",
      })
  void wrong_use_is_one_message(String options, String expected) {
    Path run = folder.resolve("run");
    List<String> arguments =
        new java.util.ArrayList<>(List.of("train", recipe.toString(), "--out", run.toString()));
    arguments.addAll(List.of(options.split(" ")));
    Invocation training = Invocation.of(arguments.toArray());
    assertThat(training.code()).as(training.toString()).isEqualTo(2);
    assertThat(training.err().replaceAll("\\s+", " ")).contains(expected);
    assertThat(run).doesNotExist();
  }
}
