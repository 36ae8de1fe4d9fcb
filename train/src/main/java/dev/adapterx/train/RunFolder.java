package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where a training keeps what it writes; the names are part of the interface. */
public record RunFolder(Path path) {
  /** A new run's folder, which must not exist or be empty. */
  public static RunFolder create(Path path) {
    try {
      Files.createDirectories(path);
      try (Stream<Path> content = Files.list(path)) {
        if (content.findAny().isPresent()) {
          throw new ConfigException(
              "The run folder "
                  + path
                  + " is not empty; choose another with --out, or go on with it by train --resume "
                  + path);
        }
      }
    } catch (IOException e) {
      throw new ConfigException("Could not make the run folder " + path + ": " + e.getMessage(), e);
    }
    return new RunFolder(path);
  }

  /** An existing run's folder. */
  public static RunFolder existing(Path path) {
    RunFolder folder = new RunFolder(path);
    if (!Files.isRegularFile(folder.recipe())) {
      throw new ConfigException(path + " is no run folder: there is no " + folder.recipe());
    }
    return folder;
  }

  /**
   * Writes the resolved recipe, and above it, as comments, what was changed since the run began.
   */
  void write(Recipe recipe, List<String> changes) {
    StringBuilder text = new StringBuilder();
    changes.forEach(change -> text.append("# ").append(change).append('\n'));
    WholeFile.write(recipe(), text + recipe.yaml());
  }

  /** The changes that {@link #write} noted. */
  List<String> changes() {
    if (!Files.exists(recipe())) {
      return List.of();
    }
    try {
      return Files.readAllLines(recipe()).stream()
          .takeWhile(line -> line.startsWith("# "))
          .map(line -> line.substring(2))
          .toList();
    } catch (IOException e) {
      throw new ConfigException("Could not read " + recipe() + ": " + e, e);
    }
  }

  /** The resolved recipe. */
  public Path recipe() {
    return path.resolve("recipe.yaml");
  }

  /** What is delivered: the adapter after the last epoch. */
  public Path adapter() {
    return path.resolve("adapter");
  }

  /** The adapter of the best epoch on the validation split, if there was one. */
  public Path bestAdapter() {
    return path.resolve("adapter-best");
  }

  /** The whole state after the last completed epoch. */
  public Path checkpoint() {
    return path.resolve("checkpoint/last.safetensors");
  }

  /** Provenance and results. */
  public Path summary() {
    return path.resolve("run.json");
  }

  /** The page to look at. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** TensorBoard's events. */
  public Path events() {
    return path.resolve("events");
  }
}
