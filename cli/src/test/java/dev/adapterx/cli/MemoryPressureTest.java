package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.cli.terminal.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes with too little memory of each kind: they say which and what to do, and what was
 * saved goes on to be of use.
 */
class MemoryPressureTest {
  /** 1,025 tokens: what attention weighs for 32 samples at once is 256 MiB a block. */
  private static final String RECIPE =
      """
      backbone: {preset: vit_32x2x2_patch8_256, precision: fp32}
      method: bitfit
      data: {path: "formula:2x16", test: null, cache-megabytes: 0, threads: 1}
      train: {epochs: 1, batch: 32, micro-batch: 2, warmup-epochs: 0, schedule: constant, lr: 0.01}
      """;

  @TempDir Path folder;
  private Path recipe;
  private Path run;

  @BeforeEach
  void write() {
    recipe = TinyRun.write(folder.resolve("recipe.yaml"), RECIPE);
    run = folder.resolve("run");
  }

  private record Ended(int code, String err) {}

  /**
   * @param options of Java, perhaps behind a command that sets limits
   */
  private Ended java(List<String> before, String options, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-Djava.awt.headless=true", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(err.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(err));
  }

  private static void assertTold(Ended ended, String... parts) {
    assertThat(ended.err())
        .startsWith("adapterx: Out of memory")
        .contains(parts)
        .doesNotContain("Exception", "\tat ", "defect");
    assertThat(ended.err().lines()).hasSize(1);
    assertThat(ended.code()).isEqualTo(Session.USERS);
  }

  private void train() {
    Invocation training = Invocation.of("train", recipe, "--out", run);
    assertThat(training.code()).as(training.err()).isZero();
  }

  private static byte[] checkpoint(Path of) throws IOException {
    return Files.readAllBytes(of.resolve("checkpoint/last.safetensors"));
  }

  /** And with less at once it goes on to what it would have become. */
  @Test
  void a_training_over_the_limit_keeps_its_last_epoch_and_goes_on() throws Exception {
    train();
    byte[] before = checkpoint(run);
    Ended ended =
        java(
            List.of(),
            "-Xmx256m -Dorg.bytedeco.javacpp.maxPhysicalBytes=600m",
            "train",
            "--resume",
            run,
            "train.epochs=2",
            "train.micro-batch=32");
    assertTold(
        ended,
        "the process held ",
        "more than its limit of 600M",
        "lower OMP_NUM_THREADS, backbone.input-size or, in a training, train.micro-batch",
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=",
        "Epoch 1 is kept; once this is fixed go on by train --resume " + run);
    assertThat(checkpoint(run)).isEqualTo(before);

    Invocation mended = Invocation.of("train", "--resume", run, "train.micro-batch=2");
    assertThat(mended.code()).as(mended.err()).isZero();
    Path straight = folder.resolve("straight");
    assertThat(Invocation.of("train", recipe, "train.epochs=2", "--out", straight).code()).isZero();
    assertThat(checkpoint(run)).isEqualTo(checkpoint(straight));
  }

  @Test
  void measuring_and_predicting_over_the_limit_say_so() throws Exception {
    train();
    byte[] adapter = Files.readAllBytes(run.resolve("adapter/adapter_model.safetensors"));
    String limit = "-Xmx256m -Dorg.bytedeco.javacpp.maxPhysicalBytes=350m";
    Path pictures = TinyRun.data(folder.resolve("pictures"));
    String[] said = {"the process held ", "more than its limit of 350M", "OMP_NUM_THREADS"};
    assertTold(java(List.of(), limit, "evaluate", run, "--split", "train"), said);
    assertTold(java(List.of(), limit, "predict", run, pictures), said);
    assertThat(run.resolve("adapter/adapter_model.safetensors")).hasBinaryContent(adapter);
  }

  @Test
  void a_heap_that_is_too_small_for_a_batch_is_told() throws Exception {
    train();
    byte[] before = checkpoint(run);
    Ended ended =
        java(List.of(), "-Xmx28m", "train", "--resume", run, "train.epochs=2", "data.threads=2");
    assertTold(
        ended,
        "the Java heap of 28 MiB is full",
        "ADAPTERX_HEAP=4g",
        "train.batch",
        "Epoch 1 is kept; once this is fixed go on by train --resume " + run);
    assertThat(checkpoint(run)).isEqualTo(before);
    assertThat(Invocation.of("train", "--resume", run).code()).isZero();
  }

  /** 4,097 tokens: what attention weighs for 32 samples is 4 GiB in one piece. */
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs ulimit -v")
  @Test
  void what_the_system_refuses_is_told_with_the_place() throws Exception {
    Ended ended =
        java(
            List.of("sh", "-c", "ulimit -v 4000000; exec \"$@\"", "sh"),
            "-Xmx256m -XX:ReservedCodeCacheSize=64m -XX:CompressedClassSpaceSize=64m",
            "train",
            recipe,
            "--out",
            run,
            "backbone.preset=vit_32x2x2_patch4_256",
            "train.micro-batch=32");
    assertTold(
        ended,
        "Out of memory in blocks.0: libtorch requested 4099 MiB and did not get it",
        "ulimit -v",
        "No epoch was done, the recipe is kept; once this is fixed go on by train --resume " + run);
    assertThat(run.resolve("recipe.yaml")).exists();
    assertThat(run.resolve("checkpoint/last.safetensors")).doesNotExist();
  }
}
