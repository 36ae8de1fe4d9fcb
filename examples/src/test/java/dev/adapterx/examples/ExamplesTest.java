package dev.adapterx.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.scenes.shapes.QuickstartShapes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs, run as their readers will run them. */
class ExamplesTest {
  @TempDir Path folder;

  @Test
  void tasks_on_pictures_are_learned_and_asked_of_one_backbone() {
    Path patterns = Pictures.byPattern(folder.resolve("patterns"));
    Path sizes = Pictures.bySize(folder.resolve("sizes"));

    String pattern = printed(FineTuneImages::main, patterns, folder.resolve("pattern"));
    String size = printed(FineTuneImages::main, sizes, folder.resolve("size"));

    assertThat(accuracy(pattern)).as(pattern).isGreaterThan(80);
    assertThat(accuracy(size)).as(size).isGreaterThan(80);
    assertThat(pattern).containsPattern("(?m)test.dotted.24.png: dotted, \\d+ %$");
    assertThat(folder.resolve("pattern/report.html")).isNotEmptyFile();
    assertThat(folder.resolve("pattern/adapter/adapter_model.safetensors"))
        .satisfies(file -> assertThat(Files.size(file)).isLessThan(100_000));

    String asked =
        printed(
            ManyTasks::main,
            Pictures.write(folder.resolve("one.png"), "striped", "coarse", 99),
            folder);
    assertThat(asked).containsPattern("(?m)^pattern: sees striped ");
    assertThat(asked).containsPattern("(?m)^size: sees coarse ");
  }

  @Test
  void clouds_are_learned_with_the_loop_in_ones_own_hands() {
    Path scans = folder.resolve("scans");
    new QuickstartShapes(1).writeTo(scans, 5, 2);

    String printed = printed(FineTuneClouds::main, scans, folder.resolve("adapter"));

    Matcher test = Pattern.compile("(?m)^test: ([\\d.]+) %$").matcher(printed);
    assertThat(test.find()).as(printed).isTrue();
    assertThat(Double.parseDouble(test.group(1))).as(printed).isGreaterThan(30); // chance is 10
    assertThat(folder.resolve("adapter/adapter_model.safetensors")).isNotEmptyFile();
  }

  private static double accuracy(String printed) {
    Matcher last = Pattern.compile("accuracy ([\\d.]+) %").matcher(printed);
    assertThat(last.find()).as(printed).isTrue();
    return Double.parseDouble(last.group(1));
  }

  private static String printed(Consumer<String[]> main, Object... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      main.accept(List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
