package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that builds and starts the program, in a checkout of nothing but what it looks at. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no sh; adapterx.cmd starts it there")
class LauncherTest {
  @TempDir Path folder;
  private Path checkout;

  @BeforeEach
  void lay() throws IOException {
    checkout = Files.createDirectories(folder.resolve("a checkout"));
    Files.copy(
        Path.of("../adapterx"), checkout.resolve("adapterx"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(checkout.resolve("cli"));
    Files.writeString(checkout.resolve("cli/pom.xml"), "<project/>");
    program("java", "echo \"started $*\"");
    program(
        "mvn",
        """
        echo "built $* where names are $LC_ALL" >> "$BUILDS"
        echo "[INFO] Building Adapter-X core 0.1.0-SNAPSHOT                                  [3/8]"
        echo "[INFO] Downloading from central: https://repo.example/org/x/1/pytorch-1.jar"
        sleep 1
        mkdir -p cli/target/app
        rm -f cli/target/app/*.jar
        wc -l < "$BUILDS" > cli/target/app/adapterx.jar
        """);
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.createDirectories(folder.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\nset -e\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Process start(Path launcher) throws IOException {
    return start(launcher, Map.of());
  }

  private Process start(Path launcher, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "doctor");
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("LC_ALL", "C"); // Maven would not find a folder with an umlaut
    builder.environment().put("BUILDS", folder.resolve("builds.txt").toString());
    builder.environment().put("WAIT", "");
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).start();
  }

  private static String said(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(folder.resolve("builds.txt"));
  }

  @Test
  void builds_once_says_what_it_does_and_starts() throws Exception {
    Process first = start(checkout.resolve("adapterx"));
    assertThat(said(first))
        .contains("adapterx: building, once", "adapterx:   Adapter-X core", "[3/8]")
        .contains("adapterx:   downloading pytorch-1.jar")
        .contains("dev.adapterx.cli.Main doctor")
        .doesNotContain("\u001b", "[INFO]");
    assertThat(first.exitValue()).isZero();
    assertThat(said(start(checkout.resolve("adapterx")))).startsWith("started ");
    assertThat(builds()).hasSize(1).first().asString().contains("-Dstyle.color=never");
    assertThat(builds().get(0)).endsWith(" package where names are C.UTF-8");
  }

  @Test
  void through_links_it_builds_where_the_checkout_is_and_touches_nothing_beside_the_link()
      throws Exception {
    Path beside = Files.createDirectories(folder.resolve("home/cli/target/app"));
    Files.writeString(beside.resolve("mine.txt"), "mine");
    Path relative = folder.resolve("home/ax");
    Files.createSymbolicLink(relative, Path.of("../a checkout/adapterx"));
    Path link = folder.resolve("home/adapterx");
    Files.createSymbolicLink(link, relative);

    String said = said(start(link));

    assertThat(beside.resolve("mine.txt")).hasContent("mine");
    assertThat(said).contains("-cp " + checkout.toRealPath() + "/cli/target/run/");
    assertThat(checkout.resolve("cli/target/app/.built")).exists();
  }

  @Test
  void a_copy_without_its_checkout_builds_nothing() throws Exception {
    Path copy = Files.createDirectories(folder.resolve("bin2")).resolve("adapterx");
    Files.copy(checkout.resolve("adapterx"), copy, StandardCopyOption.COPY_ATTRIBUTES);
    Process process = start(copy);
    assertThat(said(process)).contains("is no checkout of Adapter-X");
    assertThat(process.exitValue()).isEqualTo(2);
    try (Stream<Path> left = Files.list(copy.getParent())) {
      assertThat(left).containsExactly(copy);
    }
  }

  @Test
  void several_first_starts_build_once() throws Exception {
    List<Process> processes =
        List.of(
            start(checkout.resolve("adapterx")),
            start(checkout.resolve("adapterx")),
            start(checkout.resolve("adapterx")));
    for (Process process : processes) {
      assertThat(said(process)).contains("started ");
      assertThat(process.exitValue()).isZero();
    }
    assertThat(builds()).hasSize(1);
    assertThat(checkout.resolve("cli/target/.building")).doesNotExist();
  }

  @Test
  void the_lock_of_a_build_that_was_killed_is_taken_over() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.createDirectories(checkout.resolve("cli/target"));
    Files.createSymbolicLink(
        checkout.resolve("cli/target/.building"), Path.of(Long.toString(gone.pid())));
    assertThat(said(start(checkout.resolve("adapterx")))).contains("started ");
    assertThat(builds()).hasSize(1);
  }

  /** A class is read from its jar when it is first needed, hours after the start. */
  @Test
  void a_program_that_runs_keeps_its_jars_while_others_build_anew() throws Exception {
    program(
        "java",
        """
        for a; do case $a in */run/*) jars=$a ;; esac; done
        left=1200
        while [ -n "$WAIT" ] && [ ! -e "$WAIT" ] && [ $left -gt 0 ]; do sleep 0.05; left=$((left - 1)); done
        echo "started with $(cat "${jars%/*}/adapterx.jar")"
        """);
    Path go = folder.resolve("go");
    assertThat(said(start(checkout.resolve("adapterx"), Map.of()))).contains("started with 1");
    Process old = start(checkout.resolve("adapterx"), Map.of("WAIT", go.toString()));
    while (old.isAlive() && used() == 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    rebuilt();
    assertThat(said(start(checkout.resolve("adapterx"), Map.of()))).contains("started with 2");
    assertThat(folders()).hasSize(2);
    Files.createFile(go);
    assertThat(said(old)).contains("started with 1");
    rebuilt();
    assertThat(said(start(checkout.resolve("adapterx"), Map.of()))).contains("started with 3");
    assertThat(folders()).hasSize(1);
  }

  /** Programs that run now, by what they leave beside their jars: the first one's is swept. */
  private long used() throws IOException {
    try (Stream<Path> files = Files.list(folders().get(0))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith(".used-"))
          .map(name -> Long.valueOf(name.substring(".used-".length())))
          .filter(pid -> ProcessHandle.of(pid).isPresent())
          .count();
    }
  }

  private void rebuilt() throws IOException {
    Files.delete(checkout.resolve("cli/target/app/.built"));
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> builds = Files.list(checkout.resolve("cli/target/run"))) {
      return builds.toList();
    }
  }

  @Test
  void a_build_that_fails_is_shown_and_tried_again() throws Exception {
    program("mvn", "echo \"[ERROR] no network\"; exit 1");
    Process failed = start(checkout.resolve("adapterx"));
    assertThat(said(failed))
        .contains("[ERROR] no network", "adapterx: the build failed, see above or ")
        .doesNotContain("started");
    assertThat(failed.exitValue()).isEqualTo(1);
    program("mvn", "mkdir -p cli/target/app; touch cli/target/app/adapterx.jar");
    assertThat(said(start(checkout.resolve("adapterx")))).contains("started ");
  }
}
