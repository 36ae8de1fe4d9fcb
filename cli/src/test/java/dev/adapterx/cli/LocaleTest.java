package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of classes are whole or refused, in whatever locale Java is started. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no locale of POSIX")
class LocaleTest {
  /** Classes 猫 and 犬, by their bytes: this JVM's own locale must not matter. */
  private static final String MAKE =
      "for split in train test; do"
          + " mkdir -p \"animals/$split\"; cp -r images/$split/red"
          + " \"animals/$split/$(printf '\\347\\214\\253')\"; cp -r images/$split/blue"
          + " \"animals/$split/$(printf '\\347\\212\\254')\"; done";

  @TempDir Path folder;

  private record Ended(int code, String text) {}

  private Ended run(String locale, List<String> command) throws Exception {
    Path text = folder.resolve("said.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(text.toFile());
    List.of("LC_ALL", "LC_CTYPE", "LANG").forEach(builder.environment()::remove);
    builder.environment().put("LC_ALL", locale);
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
    return new Ended(process.exitValue(), Files.readString(text));
  }

  private Ended check(String locale) throws Exception {
    TinyRun.data(folder.resolve("images"));
    assertThat(run("C", List.of("sh", "-ec", MAKE)).code()).isZero();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return run(
        locale,
        List.of(
            java,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "data",
            "check",
            "animals"));
  }

  @Test
  void without_a_locale_for_them_names_are_refused_and_the_locale_is_named() throws Exception {
    Ended checked = check("C");
    assertThat(checked.code()).as(checked.text()).isEqualTo(2);
    assertThat(checked.text())
        .contains("cannot be read: Java reads the names of files as ANSI_X3.4-1968")
        .contains("start it with LC_ALL=C.UTF-8");
  }

  @Test
  void with_one_they_are_whole() throws Exception {
    Ended checked = check("C.UTF-8");
    assertThat(checked.code()).as(checked.text()).isZero();
    assertThat(checked.text()).contains("猫", "犬").doesNotContain("?", "�");
  }

  /** The launcher, with a Java that only says its locale. */
  @ParameterizedTest
  @CsvSource({
    "C, C.UTF-8",
    "POSIX, C.UTF-8",
    "de_DE.ISO-8859-1, C.UTF-8",
    "en_GB.utf8, en_GB.utf8"
  })
  void the_launcher_sees_to_it(String locale, String expected) throws Exception {
    Files.copy(Path.of("..", "adapterx"), folder.resolve("adapterx"));
    Path app = Files.createDirectories(folder.resolve("cli/target/app"));
    Files.createFile(app.resolve(".built"));
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    write(bin.resolve("java"), "#!/bin/sh\necho \"locale $LC_ALL\"\n");
    Ended ended =
        run(locale, List.of("sh", "-c", "chmod +x jdk/bin/java; JAVA_HOME=$PWD/jdk sh adapterx x"));
    assertThat(ended.code()).as(ended.text()).isZero();
    assertThat(ended.text()).endsWith("locale " + expected + "\n");
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
