package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("x"), "it does not exist"),
        Arguments.of(new AccessDeniedException("x"), "permission denied"),
        Arguments.of(new NotDirectoryException("x"), "it is no folder"),
        Arguments.of(new DirectoryNotEmptyException("x"), "the folder is not empty"),
        Arguments.of(new FileAlreadyExistsException("x"), "it exists already"),
        Arguments.of(new MalformedInputException(1), "it is not UTF-8 text"),
        Arguments.of(new EOFException(), "it ends too early"),
        Arguments.of(new FileSystemException("x", null, "No space left"), "No space left"),
        Arguments.of(new IOException("Is a directory"), "Is a directory"),
        Arguments.of(new UncheckedIOException(new IOException("gone")), "gone"),
        Arguments.of(new IOException(), "no reason is given"));
  }

  @Test
  void of_json_is_one_line_without_the_librarys_marks() {
    for (String damaged : new String[] {"{", "{\"a\": [1,", "{\"a\" 1}"}) {
      assertThatThrownBy(() -> Settings.json().readTree(damaged))
          .satisfies(
              e ->
                  assertThat(Reason.of(e))
                      .isNotBlank()
                      .doesNotContain("\n", "Source", "REDACTED", "start marker"));
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void is_said_in_words(Throwable failure, String words) {
    assertThat(Reason.of(failure)).isEqualTo(words);
  }

  /** No message of the library is made of a failure's own text, which names its Java class. */
  @Test
  void no_message_names_a_java_class() throws IOException {
    for (String module :
        new String[] {
          "base", "core", "data", "scenes", "infer", "dense", "serve", "train", "tasks", "export",
          "spark", "cli"
        }) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          assertThat(Files.readString(file).lines())
              .as("%s: say why by Reason.of", file)
              .noneMatch(line -> line.matches(".*\\be\\.getClass\\(\\)\\.getSimpleName\\(\\).*"))
              .noneMatch(line -> line.matches(".*\": ?\" \\+ (e|cause)(,|;|\\)).*"));
        }
      }
    }
  }
}
