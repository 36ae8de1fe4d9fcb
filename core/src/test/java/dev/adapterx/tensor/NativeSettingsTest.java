package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeSettingsTest {
  @Test
  void only_what_is_missing_is_wanted() {
    Set<String> wide = Set.of("avx512f");
    assertThat(NativeSettings.missing(Map.of(), "AMD EPYC", wide))
        .containsExactly(
            Map.entry("OMP_WAIT_POLICY", "passive"), Map.entry("OPENBLAS_CORETYPE", "SkylakeX"));
    assertThat(NativeSettings.missing(Map.of("OMP_WAIT_POLICY", "active"), "Intel", wide))
        .isEmpty();
    assertThat(NativeSettings.missing(Map.of(), "AMD EPYC", Set.of()))
        .doesNotContainKey("OPENBLAS_CORETYPE");
  }

  /** Loads the engine in a process of its own and says what holds there. */
  public static final class Program {
    public static void main(String[] arguments) {
      Native.load();
      System.out.println(Native.settings());
    }
  }

  private static String said(Map<String, String> environment, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Program.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(Set.of("OMP_WAIT_POLICY", "MALLOC_ARENA_MAX"));
    // The library that reads it says itself what it read.
    builder.environment().put("OMP_DISPLAY_ENV", "true");
    builder.environment().putAll(environment);
    return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void openmp_reads_what_was_set_before_it_was_loaded() throws IOException {
    assertThat(said(Map.of())).contains("OMP_WAIT_POLICY = 'PASSIVE'", "OMP_WAIT_POLICY=passive");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void what_the_environment_says_stays_and_there_is_a_switch() throws IOException {
    assertThat(said(Map.of("OMP_WAIT_POLICY", "ACTIVE"))).contains("OMP_WAIT_POLICY = 'ACTIVE'");
    assertThat(said(Map.of(), "-Dadapterx.native-settings=off"))
        .doesNotContain("OMP_WAIT_POLICY=passive");
  }
}
