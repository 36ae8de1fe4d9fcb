package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Shows in the help a command that the launcher itself starts. */
@Command(
    name = "bench",
    description = "Measures speed and memory, alone or beside Python peers (from a checkout).",
    footer = {"", "Example:", "  adapterx bench --help"})
final class BenchCommand implements Callable<Integer> {
  @Unmatched List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    throw new ConfigException(
        "bench is not part of the application's jars; start it from a checkout: ./adapterx bench");
  }
}
