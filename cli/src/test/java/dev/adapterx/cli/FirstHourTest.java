package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.scenes.images.QuickstartImages;
import dev.adapterx.scenes.shapes.QuickstartShapes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The commands of docs/first-hour.md, in an empty folder, one after the other. */
class FirstHourTest {
  private static final Path PAGE = Path.of("..", "docs", "first-hour.md");

  /** A command, and what the page shows of its answer. */
  private static final Pattern STEP =
      Pattern.compile("(?s)```sh\n\\./adapterx ([^\n]*)\n```\n\n```\n(.*?)```\n");

  @TempDir Path folder;

  private record Step(List<String> words, String shown) {}

  private static String section(String heading) throws IOException {
    String page = Files.readString(PAGE);
    String part = page.substring(page.indexOf("\n## " + heading + "\n") + 1);
    int next = part.indexOf("\n## ");
    return next < 0 ? part : part.substring(0, next);
  }

  private static List<Step> journey(String heading) throws IOException {
    Matcher step = STEP.matcher(section(heading));
    List<Step> steps = new ArrayList<>();
    while (step.find()) {
      steps.add(new Step(Arrays.asList(step.group(1).split(" ")), step.group(2)));
    }
    return steps;
  }

  /** As in a shell, so that everything lands in the folder; trainings are cut short. */
  private String run(Step step) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(Main.class.getName()));
    words.addAll(step.words());
    if (step.words().get(0).equals("train")) {
      words.add("train.epochs=2");
    }
    return java(words);
  }

  /** Java with the library, as {@code java -cp "cli/target/app/*"}. */
  private String java(List<String> words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(words);
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    int code = process.waitFor();
    String said = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(code).as("%s: %s", words, said).isZero();
    return said;
  }

  private void data() throws IOException {
    QuickstartImages pictures = new QuickstartImages(0);
    for (int c = 0; c < 3; c++) {
      Path of = folder.resolve("my-pictures").resolve(QuickstartImages.classNames().get(c));
      Files.createDirectories(of);
      for (int i = 0; i < 40; i++) {
        PngFile.write(of.resolve(i + ".png"), pictures.image(QuickstartImages.Split.TRAIN, c, i));
      }
    }
    Files.createDirectories(folder.resolve("new-pictures"));
    PngFile.write(
        folder.resolve("new-pictures/one.png"), pictures.image(QuickstartImages.Split.TEST, 1, 0));
    new QuickstartShapes(0).writeTo(folder.resolve("shapes"), 10, 1);
    Files.createDirectories(folder.resolve("my-scans"));
    for (String name : List.of("car", "chair", "lamp", "plane")) {
      Files.move(
          folder.resolve("shapes/train").resolve(name), folder.resolve("my-scans").resolve(name));
    }
    Files.move(folder.resolve("shapes/test/chair"), folder.resolve("new-scans"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pictures", "Scans"})
  void a_journey_ends_with_a_number_on_samples_that_were_not_trained_on(String heading)
      throws IOException, InterruptedException {
    data();
    List<Step> steps = journey(heading);
    assertThat(steps).hasSize(3);
    List<String> said = new ArrayList<>();
    for (Step step : steps) {
      said.add(run(step));
    }
    assertThat(firstLine(said.get(0))).isEqualTo(firstLine(steps.get(0).shown()));
    assertThat(said.get(0)).contains("(a held-out part of all)", "% at the last epoch (2)");
    assertThat(said.get(1)).contains("a held-out part of all", "balanced accuracy");
    assertThat(said.get(1)).doesNotContain("warning");
    assertThat(said.get(2)).contains("probability", "new-");
  }

  @Test
  void the_program_trains_measures_and_predicts() throws IOException, InterruptedException {
    data();
    String section = section("From Java");
    Matcher program = Pattern.compile("(?s)```java\n(.*?)```\n").matcher(section);
    assertThat(program.find()).isTrue();
    String source = program.group(1);
    assertThat(source).contains("Quality.FAST)");
    Files.writeString(
        folder.resolve("FirstHour.java"),
        source.replace("Quality.FAST)", "Quality.FAST, \"train.epochs=2\")"));
    Matcher command = Pattern.compile("\njava -cp \"[^\"]*\" ([^\n]*)\n").matcher(section);
    assertThat(command.find()).isTrue();

    String said = java(List.of(command.group(1).split(" ")));

    String shown = section.substring(section.lastIndexOf("```\n\n```\n") + "```\n\n```\n".length());
    assertThat(firstLine(said)).isEqualTo(firstLine(shown));
    assertThat(said)
        .contains("Adapter-X on my-pictures (a held-out part of all), 1 seed (0): accuracy ")
        .containsPattern("new-pictures/one.png: (arrow|bolt|crescent)\n");
  }

  /**
   * The cells of docs/first-hour.ipynb in their order, as one program: a kernel need not be there.
   */
  @Test
  void the_notebook_runs_from_top_to_bottom() throws IOException, InterruptedException {
    StringBuilder imports = new StringBuilder();
    StringBuilder body = new StringBuilder();
    JsonNode notebook =
        Settings.json().readTree(Files.readString(PAGE.resolveSibling("first-hour.ipynb")));
    for (JsonNode cell : notebook.path("cells")) {
      StringBuilder text = new StringBuilder();
      cell.path("source").forEach(line -> text.append(line.asString()));
      if (!cell.path("cell_type").asString().equals("code") || text.toString().startsWith("%")) {
        continue;
      }
      (text.toString().startsWith("import ") ? imports : body).append(text);
    }
    assertThat(body).contains("Quality.FAST)");
    Files.writeString(
        folder.resolve("Notebook.java"),
        imports
            + "class Notebook {\npublic static void main(String[] none) throws Exception {\n"
            + body.toString().replace("Quality.FAST)", "Quality.FAST, \"train.epochs=1\")")
            + "}\n}\n");

    assertThat(java(List.of("Notebook.java")))
        .contains("120 images of 10 classes in 'train'; 'test' is measured")
        .contains("Adapter-X on my-pictures (test), 1 seed (0): accuracy ")
        .contains("Guess[label=");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  @Test
  void every_journey_is_run_here() throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      assertThat(lines.filter(line -> line.startsWith("## ")))
          .containsExactly("## Pictures", "## Scans", "## From Java");
    }
  }
}
