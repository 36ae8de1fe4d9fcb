package dev.adapterx.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** This program, to be started once more, for a training. */
final class OwnProgram {
  private OwnProgram() {}

  /** Where the launcher takes options of Java from, and Java itself. */
  private static final List<String> OPTIONS =
      List.of("ADAPTERX_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  /**
   * The same Java with the same settings and class path, and first arguments. A training takes the
   * serial collector, also below a server that has another, where the launcher would choose it: not
   * with a heap ({@code ADAPTERX_HEAP}, {@code -Xmx} among the options of Java) or a collector of
   * one's own.
   */
  static List<String> command(String... arguments) {
    List<String> settings = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return command(settings, System.getenv(), arguments);
  }

  /** As the other, of this program's settings and environment. */
  static List<String> command(
      List<String> settings, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(settings);
    if (!hasOwn(settings, environment)) {
      command.addAll(List.of("-XX:+UseSerialGC", "-XX:MaxNewSize=256m"));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean hasOwn(List<String> settings, Map<String, String> environment) {
    return !environment.getOrDefault("ADAPTERX_HEAP", "").isEmpty()
        || OPTIONS.stream()
            .map(name -> environment.getOrDefault(name, ""))
            .anyMatch(options -> options.contains("GC") || options.contains("-Xmx"))
        || settings.stream().anyMatch(setting -> setting.matches("-XX:.*GC.*"));
  }
}
