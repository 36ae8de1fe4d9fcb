package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adapterx.cli.terminal.Emulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user at a terminal sees, and what Ctrl-C does there; by Python's pseudo-terminals. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no pseudo-terminals of Python's")
class TerminalTest {
  private static final String NEVER = "";

  @TempDir Path folder;

  @BeforeEach
  void requirePython() throws Exception {
    boolean there;
    try {
      there = new ProcessBuilder("python3", "-c", "import pty, termios").start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "no python3 with the module pty, which opens pseudo-terminals");
  }

  private record Session(int code, String sent, int columns) {
    List<String> lines() {
      return Emulator.shown(sent, columns);
    }
  }

  /** Runs the program on a terminal and types Ctrl-C once it has sent what matches a pattern. */
  private Session session(int columns, String interrupted, Object... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                Path.of("src/test/resources/terminal.py").toString(),
                Integer.toString(columns),
                interrupted,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Dadapterx.terminal=true",
                "-Dadapterx.columns=" + columns,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Path sent = folder.resolve("sent.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(sent.toFile()).start();
    try {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Session(
        process.exitValue(), Files.readString(sent, StandardCharsets.UTF_8), columns);
  }

  private Path recipe(int epochs) {
    return TinyRun.write(
        folder.resolve("recipe.yaml"),
        """
        backbone: {preset: vit_32x2x2_patch8_32, precision: fp32}
        method: {name: adapter-x, scale: 0.5}
        data: {path: "formula:2x100", test: null}
        train: {epochs: %d, batch: 2, warmup-epochs: 0, lr: 0.01, schedule: constant}
        """
            .formatted(epochs));
  }

  @Test
  void ctrl_c_in_an_epoch_saves_and_the_run_goes_on_to_the_same_bytes() throws Exception {
    Path run = folder.resolve("run");
    Session stopped = session(80, "epoch 3/1000000 \\[", "train", recipe(1_000_000), "--out", run);
    assertThat(stopped.code()).as(stopped.sent()).isEqualTo(130);
    String shown = String.join("\n", stopped.lines());
    Matcher where =
        Pattern.compile("adapterx: Stopped (?:in|after) epoch (\\d+) of 1000000").matcher(shown);
    assertThat(where.find()).as(shown).isTrue();
    assertThat(shown)
        .contains("adapterx: stopping after this step; what is done is saved")
        .endsWith("To go on:\n  adapterx train --resume " + run + "\n")
        .doesNotContain("Exception", "defect", "^C", "[=", "left");

    String epochs = "train.epochs=" + (Integer.parseInt(where.group(1)) + 1);
    Invocation resumed = Invocation.of("train", "--resume", run, epochs);
    assertThat(resumed.code()).as(resumed.err()).isZero();
    Path straight = folder.resolve("straight");
    assertThat(Invocation.of("train", recipe(4), epochs, "--out", straight).code()).isZero();
    for (String file :
        List.of("adapter/adapter_model.safetensors", "checkpoint/last.safetensors")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(straight.resolve(file));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 60})
  void a_training_shows_whole_lines_and_leaves_nothing_of_its_bar(int columns) throws Exception {
    Path run = folder.resolve("run");
    Session session = session(columns, NEVER, "train", recipe(3), "--out", run);
    assertThat(session.code()).as(session.sent()).isZero();
    assertThat(session.sent()).as("there was a bar").contains("epoch 1/3 [");
    String shown = String.join("\n", session.lines());
    assertThat(shown)
        .startsWith("method      Adapter-X; scale: 0.5\nparameters  ")
        .doesNotContain("[=", "left", "images/s", "Preprocessing", "Recipe");
    assertThat(shown.replace("\n", "")).contains("report:  " + run.resolve("report.html").toUri());
    List<String> epochs = session.lines().stream().filter(l -> l.startsWith("epoch")).toList();
    assertThat(epochs)
        .hasSize(3)
        .allMatch(l -> l.matches("epoch \\d/3  loss \\S+  train \\S+ %  \\d+\\.\\d s"), "whole");
  }
}
