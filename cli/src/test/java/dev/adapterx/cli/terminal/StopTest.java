package dev.adapterx.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.cli.Invocation;
import dev.adapterx.cli.Main;
import dev.adapterx.cli.TinyRun;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** SIGTERM ends a training in order: it saves, says how to go on, and loses not a bit. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no SIGTERM")
class StopTest {
  @TempDir Path folder;

  /** 8 steps an epoch, all at the same rate, so that nothing depends on how many epochs follow. */
  private Path recipe(int epochs) {
    TinyRun.data(folder.resolve("images"));
    return TinyRun.write(
        folder.resolve("recipe.yaml"),
        """
        backbone: {preset: vit_32x2x2_patch8_32, precision: fp32}
        method: {name: adapter-x, dropout: 0.1}
        data: {path: images, val: test, augment: crop-flip}
        train: {epochs: %d, batch: 2, warmup-epochs: 0, lr: 0.01, drop-path: 0.1,
          schedule: constant}
        """
            .formatted(epochs));
  }

  private record Ended(int code, List<String> out, String err) {}

  private Process java(Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command).redirectError(folder.resolve("err.txt").toFile()).start();
  }

  /** Runs the program and asks it to end once it has said something. */
  private Ended terminated(String once, Object... arguments) throws Exception {
    Process process = java(arguments);
    List<String> said = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.startsWith(once)) {
        said.add(line);
        line = out.readLine();
      }
      assertThat(line).as("said: %s", said).isNotNull();
      process.toHandle().destroy(); // leaves its streams open
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
      out.lines().forEach(said::add);
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), said, Files.readString(folder.resolve("err.txt")));
  }

  private static List<String> metrics(Path run) throws IOException {
    List<String> records = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      ObjectNode record = (ObjectNode) JsonMapper.shared().readTree(line);
      record.remove(List.of("seconds", "samples-per-second", "waited-seconds", "loading-seconds"));
      records.add(record.toString());
    }
    return records;
  }

  @Test
  void a_training_saves_says_how_to_go_on_and_goes_on_to_the_same_bytes() throws Exception {
    Path recipe = recipe(1_000_000);
    Path run = folder.resolve("a run");
    Ended stopped = terminated("epoch 2/", "train", recipe, "--out", run);
    assertThat(stopped.code()).isEqualTo(143);
    assertThat(stopped.err())
        .contains("adapterx: stopping after this step; what is done is saved")
        .containsPattern("adapterx: Stopped (in|after) epoch \\d+ of 1000000")
        .endsWith("To go on:\n  adapterx train --resume '" + run + "'\n")
        .doesNotContain("Exception", "defect");
    assertThat(run.resolve("run.json")).doesNotExist();

    String epochs = "train.epochs=" + (metrics(run).size() + 2);
    Invocation resumed = Invocation.of("train", "--resume", run, epochs);
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.out()).doesNotContain("epoch 2/");
    Path straight = folder.resolve("straight");
    assertThat(Invocation.of("train", recipe, epochs, "--out", straight).code()).isZero();
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "adapter-best/adapter_model.safetensors",
            "checkpoint/last.safetensors",
            "routing.jsonl")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(straight.resolve(file));
    }
    assertThat(metrics(run)).isEqualTo(metrics(straight)).hasSizeGreaterThan(3);
  }

  @Test
  void a_comparison_stops_too_and_the_same_command_goes_on() throws Exception {
    Path recipe = recipe(40);
    Path study = folder.resolve("study");
    Object[] command = {
      "compare", recipe, "--methods", "adapter-x,linear-probe", "--seeds", "1", "--out", study
    };
    Process process = java(command);
    Path log = study.resolve("runs/images/adapter-x/seed-0/metrics.jsonl");
    try {
      while (process.isAlive() && (!Files.exists(log) || Files.size(log) == 0)) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      process.toHandle().destroy(); // leaves its streams open
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(folder.resolve("err.txt"))
        .content()
        .contains("Stopped ")
        .endsWith("To go on:\n  the same command again\n");
    assertThat(study.resolve("comparison.json")).doesNotExist();
    Invocation again = Invocation.of(command);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("[1/2]", "goes on where it stopped", "[2/2]");
    JsonNode summary = JsonMapper.shared().readTree(log.resolveSibling("run.json"));
    assertThat(summary.path("test-accuracy-last").isNumber()).isTrue();
  }

  /** What has nothing to save does not wait. */
  @Test
  void other_commands_end_at_once() throws Exception {
    Process process = java("predict", TinyRun.trained(folder, "linear-probe"), "-");
    try {
      TimeUnit.MILLISECONDS.sleep(1500); // it now waits for names of files
      process.toHandle().destroy(); // leaves its streams open
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
      assertThat(folder.resolve("err.txt")).content().doesNotContain("stopping");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void who_stops_before_the_first_step_is_told_so_too() {
    Path run = folder.resolve("run");
    Stop stop = new Stop();
    stop.over();
    stop.want(new PrintWriter(new StringWriter()));
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new ByteArrayInputStream(new byte[0]),
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            stop,
            "train",
            recipe(3).toString(),
            "--out",
            run.toString());
    assertThat(code).isEqualTo(130);
    assertThat(err.toString())
        .contains("Stopped after epoch 0 of 3; all that was done is saved in " + run)
        .contains("  adapterx train --resume " + run);
    assertThat(Invocation.of("train", "--resume", run).code()).isZero();
  }
}
