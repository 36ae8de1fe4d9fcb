package dev.adapterx.train.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that trains, measures and predicts over and over holds after many loops what it held
 * after few. Half a minute here; an hour, over all methods, by {@code -Dsoak.minutes=60}; what was
 * read is kept in the file that {@code -Dsoak.figures} names.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "others do not tell what a process holds")
class SoakTest {
  private static final double SHORT = 0.4;

  @TempDir Path folder;

  @Test
  void what_a_process_holds_stays_what_it_was() throws Exception {
    String wanted = System.getProperty("soak.minutes", "");
    double minutes = wanted.isEmpty() ? SHORT : Double.parseDouble(wanted);
    Path figures = figures();
    run(figures, minutes);
    List<Gauges> read = read(figures);
    double[] at = read.stream().mapToDouble(Gauges::turns).toArray();
    List<String> risen = new ArrayList<>();
    for (Map.Entry<String, Double> gauge : Gauges.ALLOWED.entrySet()) {
      double[] values = read.stream().mapToDouble(g -> g.values().get(gauge.getKey())).toArray();
      // Half a minute is not enough for everything to have been compiled and grown.
      double allowed = gauge.getValue() * (minutes < 10 ? 2 : 1);
      Flatness flatness = Flatness.of(at, values, allowed);
      if (!flatness.isFlat()) {
        risen.add(gauge.getKey() + " " + flatness);
      }
    }
    assertThat(risen)
        .as("after %s turns, in %s:%n%s", at[at.length - 1], figures, Files.readString(figures))
        .isEmpty();
  }

  private Path figures() throws IOException {
    String named = System.getProperty("soak.figures", "");
    Path file = named.isEmpty() ? folder.resolve("figures.csv") : Path.of(named).toAbsolutePath();
    Files.createDirectories(file.getParent());
    return file;
  }

  /** As the launcher starts it: one memory arena for two threads, threads that wait passively. */
  private void run(Path figures, double minutes) throws Exception {
    Path work = Files.createDirectories(folder.resolve("work"));
    Path temporary = Files.createDirectories(work.resolve("tmp"));
    Path said = folder.resolve("said.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            Soak.class.getName(),
            work.toString(),
            figures.toString(),
            Double.toString(minutes),
            minutes < 10 ? "adapter-x,lora" : "all");
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    Process process =
        builder.redirectErrorStream(true).redirectOutput(new File(said.toString())).start();
    try {
      boolean over = process.waitFor(Math.round(60 * minutes) + 300, TimeUnit.SECONDS);
      assertThat(over).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
  }

  private static List<Gauges> read(Path figures) throws IOException {
    List<String> lines = Files.readAllLines(figures);
    return lines.stream().skip(1).map(line -> Gauges.parse(lines.get(0), line)).toList();
  }
}
