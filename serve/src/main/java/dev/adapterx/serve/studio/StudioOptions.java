package dev.adapterx.serve.studio;

import dev.adapterx.base.ConfigException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a studio works with.
 *
 * @param folder where samples and runs are kept
 * @param command that trains, as a program and its first arguments; {@code DATA --out RUN KEY=VALUE
 *     …} follow
 * @param keys of every recipe: the server's backbone and how it is prepared
 */
public record StudioOptions(Path folder, List<String> command, List<String> keys) {
  public StudioOptions {
    command = List.copyOf(command);
    keys = List.copyOf(keys);
    if (command.isEmpty()) {
      throw new ConfigException("The studio needs a command that trains");
    }
  }
}
