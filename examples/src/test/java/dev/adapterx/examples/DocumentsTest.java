package dev.adapterx.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents show of Java is what was compiled and run, to the letter. */
class DocumentsTest {
  private static final Pattern SHOWN = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final Pattern RUN = Pattern.compile("(?ms)^ *// guide\n(.*?)^ *// end$");

  private static List<String> found(Pattern form, Path file) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = form.matcher(Files.readString(file));
    while (block.find()) {
      blocks.add(block.group(1).stripTrailing().stripIndent());
    }
    return blocks;
  }

  private static List<String> run() throws IOException {
    return found(RUN, Path.of("src/test/java/dev/adapterx/examples/GuideTest.java"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "../docs/java.md"})
  void every_piece_shown_is_run(String document) throws IOException {
    List<String> shown = found(SHOWN, Path.of(document));

    assertThat(shown).isNotEmpty();
    assertThat(run()).containsAll(shown);
  }

  /** The extension is a project of its own, which a test of the command line builds and runs. */
  @Test
  void every_piece_of_an_extension_is_in_its_sources() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("extension/src/main/java"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.append(Files.readString(file));
      }
    }
    List<String> shown = new ArrayList<>();
    Matcher block = SHOWN.matcher(Files.readString(Path.of("../docs/extend.md")));
    while (block.find()) {
      shown.add(block.group(1));
    }
    assertThat(shown)
        .hasSizeGreaterThan(2)
        .allSatisfy(piece -> assertThat(sources).contains(piece));
  }

  @Test
  void every_piece_run_is_shown() throws IOException {
    assertThat(found(SHOWN, Path.of("../docs/java.md"))).containsAll(run());
  }

  @ParameterizedTest
  @ValueSource(strings = {"FineTuneImages", "FineTuneClouds", "ManyTasks"})
  void every_program_is_named(String program) throws IOException {
    assertThat(Files.readString(Path.of("../docs/java.md"))).contains("/" + program + ".java");
  }
}
