package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.cli.arguments.SeedArguments;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file where a folder is expected, a folder where a recipe is, a seed twice. */
class WrongPlacesTest {
  @TempDir static Path home;
  static Path file;
  static Path recipe;
  static Path run;

  @BeforeAll
  static void train() throws IOException {
    run = TinyRun.trained(home, "linear-probe");
    recipe = home.resolve("recipe.yaml");
    file = Files.writeString(home.resolve("notes.txt"), "mine");
  }

  static Stream<List<Object>> commands() {
    Path photo = home.resolve("images/test/red/0.png");
    return Stream.of(
        List.of("train", recipe, "--out", file),
        List.of("train", recipe, "--out", file.resolve("below")),
        List.of("quickstart", "--out", file),
        List.of("compare", recipe, "--methods", "full", "--out", file),
        List.of("compare", recipe, "--methods", "full", "--out", home, "--record", file),
        List.of("tune", recipe, "--methods", "full", "--out", file),
        List.of("ablate", recipe, "--out", file),
        List.of("predict", run, photo, "--out", file),
        List.of("combine", run, run, "--out", file),
        List.of("export", run, "--onnx", file),
        List.of("export", run, "--onnx", file.resolve("below/far")),
        List.of("serve", "--backbone", "embedded", "--adapters", file),
        List.of("serve", "--backbone", "embedded", "--adapters", home, "--studio", file),
        List.of("data", "fetch", "bccd", "--to", file));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_file_is_no_folder(List<Object> command) {
    Invocation wrong = Invocation.of(command.toArray());
    assertThat(wrong.code()).as(wrong.err()).isEqualTo(2);
    assertThat(wrong.err())
        .startsWith("adapterx: --")
        .contains(file + " is a file, expected a folder", "name another place")
        .doesNotContain("exists already", "lock", "defect");
    assertThat(file).hasContent("mine");
  }

  @Test
  void a_seed_is_named_once() {
    Invocation wrong =
        Invocation.of(
            "compare", recipe, "--methods", "full", "--seeds", "4,0,4", "--out", home.resolve("x"));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--seeds: 4 is there twice", "'4,0,4'");
    assertThat(SeedArguments.of("4,")).containsExactly(4L);
    assertThat(SeedArguments.of("4,2")).containsExactly(4L, 2L);
  }

  @Test
  void parameters_are_counted_of_data_and_of_runs_too() {
    Path own = home.resolve("mine");
    for (int i = 0; i < 6; i++) {
      TinyRun.picture(own.resolve("red/" + i + ".png"), new Color(200, 10, i));
      TinyRun.picture(own.resolve("blue/" + i + ".png"), new Color(10, i, 200));
    }
    Invocation data =
        Invocation.of(
            "params",
            own,
            "backbone.preset=vit_32x2x2_patch8_32",
            "--method",
            "linear-probe",
            "--json");
    assertThat(data.code()).as(data.err()).isZero();
    assertThat(data.json().path("trainable").asLong()).isEqualTo(2 * 32 + 2);
    Invocation ofRun = Invocation.of("params", run, "--json");
    assertThat(ofRun.code()).as(ofRun.err()).isZero();
    assertThat(ofRun.json().path("trainable").asLong()).isEqualTo(2 * 32 + 2);
    Invocation empty = Invocation.of("params", home.resolve("images/train/red/0.png"));
    assertThat(empty.code()).isEqualTo(2);
  }

  @Test
  void results_name_what_was_measured() throws IOException {
    Path masks = Files.createDirectories(home.resolve("several/masks"));
    Files.writeString(
        masks.resolve("run.json"),
        """
        {"backbone": "b", "data": "d", "method": "A", "score": "mIoU", "test-mIoU-last": 50,
         "parameters": {"trainable": 10, "trainable-percent": 1.5}}
        """);
    assertThat(Invocation.of("results", masks).out()).contains(" mIoU ").doesNotContain("accuracy");
    assertThat(Invocation.of("results", masks, run).out())
        .contains(" score ", " mean ", " mIoU ", " accuracy ");
    assertThat(Invocation.of("results", run).out()).contains(" accuracy ");
  }

  @Test
  void another_process_takes_the_collector_that_the_launcher_would() {
    List<String> heap = List.of("-Xmx2g");
    assertThat(OwnProgram.command(heap, Map.of(), "train")).contains("-XX:+UseSerialGC");
    assertThat(OwnProgram.command(List.of("-XX:+UseZGC"), Map.of()))
        .doesNotContain("-XX:+UseSerialGC");
    for (Map.Entry<String, String> own :
        Map.of(
                "ADAPTERX_HEAP", "8g",
                "ADAPTERX_JAVA_OPTS", "-Xmx3g",
                "JAVA_TOOL_OPTIONS", "-XX:+UseG1GC",
                "JDK_JAVA_OPTIONS", "-Xmx1g",
                "_JAVA_OPTIONS", "-XX:+UseParallelGC")
            .entrySet()) {
      assertThat(OwnProgram.command(heap, Map.of(own.getKey(), own.getValue()), "train"))
          .as(own.getKey())
          .doesNotContain("-XX:+UseSerialGC");
    }
    assertThat(OwnProgram.command(heap, Map.of("JAVA_TOOL_OPTIONS", "-Dx=1")))
        .contains("-XX:+UseSerialGC");
  }

  @Test
  void the_launcher_of_windows_looks_where_the_other_does() throws IOException {
    String script = Files.readString(Path.of("../adapterx.cmd"));
    for (String name :
        List.of(
            "ADAPTERX_HEAP",
            "ADAPTERX_JAVA_OPTS",
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS")) {
      assertThat(script).contains("if defined " + name + " set \"gc=\"");
    }
  }
}
