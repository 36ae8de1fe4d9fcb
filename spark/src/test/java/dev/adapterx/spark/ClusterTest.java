package dev.adapterx.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in JVMs of their own; one is killed in the middle. Minutes, hence nightly. */
@Tag("nightly")
class ClusterTest {
  @TempDir Path folder;

  @Test
  void a_lost_executor_changes_no_bit() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(home.resolve("jars")); // what Spark's launcher looks for
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx700m");
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.add("-Djava.awt.headless=true");
    command.add("-cp");
    command.add(classPath());
    command.add(ClusterProgram.class.getName());
    command.add(folder.toString());
    File log = folder.resolve("log.txt").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME", home.toString(),
                "SPARK_SCALA_VERSION", "2.13",
                "SPARK_LOCAL_IP", "127.0.0.1",
                "OMP_WAIT_POLICY", "passive"));
    Process driver = builder.start();
    try {
      assertThat(driver.waitFor(20, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      driver.destroyForcibly();
    }
    List<String> found =
        Files.exists(folder.resolve("found.txt"))
            ? Files.readAllLines(folder.resolve("found.txt"))
            : List.of();
    assertThat(found)
        .as(() -> Tail.of(log))
        .contains(
            "killed while scoring true",
            "scored alike true",
            "errors 0",
            "trained alike true",
            "epochs 6");
    assertThat(found.stream().filter("another executor true"::equals)).hasSize(2);
    String executors = found.get(1);
    assertThat(executors).matches("executors \\[\\d+, \\d+\\]");
    assertThat(executors).doesNotContain(found.get(0).substring("drivers ".length()));
    assertThat(driver.exitValue()).isZero();
  }

  /** Surefire's own is a jar that names the others. */
  private static String classPath() {
    String given = System.getProperty("surefire.test.class.path");
    return given == null ? System.getProperty("java.class.path") : given;
  }

  private static final class Tail {
    private static String of(File log) {
      try {
        List<String> lines = Files.readAllLines(log.toPath());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
      } catch (java.io.IOException e) {
        return e.toString();
      }
    }
  }
}
