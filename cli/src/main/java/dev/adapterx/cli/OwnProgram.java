package dev.adapterx.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, to be started once more, for a training. */
final class OwnProgram {
  private OwnProgram() {}

  /**
   * The same Java with the same settings and class path, and first arguments. A training takes the
   * serial collector, as the launcher chooses, also below a server that has another; one that was
   * asked for stays.
   */
  static List<String> command(String... arguments) {
    List<String> settings = ManagementFactory.getRuntimeMXBean().getInputArguments();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(settings);
    if (settings.stream().noneMatch(setting -> setting.matches("-XX:.*GC.*"))) {
      command.addAll(List.of("-XX:+UseSerialGC", "-XX:MaxNewSize=256m"));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
