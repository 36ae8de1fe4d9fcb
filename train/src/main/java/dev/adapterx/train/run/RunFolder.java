package dev.adapterx.train.run;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.NewFolder;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a training keeps what it writes; the names are part of the interface. */
public record RunFolder(Path path) {
  /** A file that a kill left half written; see {@link dev.adapterx.base.WholeFile}. */
  private static final Pattern PART = Pattern.compile(".+\\.part-[0-9a-f-]+");

  /** Deepest folder a run writes files into, counted from its own. */
  private static final int DEPTH = 2;

  /**
   * A new run's folder, which must not exist or be empty. What a kill left of a run that had not
   * begun counts as nothing.
   */
  public static RunFolder create(Path path) {
    try {
      NewFolder.make(path);
    } catch (IOException e) {
      throw notMade(path, e);
    }
    requireEmpty(path);
    return new RunFolder(path);
  }

  /**
   * Requires that a new run can have this folder, and makes none.
   *
   * @throws ConfigException when it is in use, or not empty
   */
  static void requireNew(Path path) {
    if (Files.exists(path)) {
      try (RunLock lock = RunLock.take(path)) {
        requireEmpty(lock.run());
      }
    }
  }

  private static void requireEmpty(Path path) {
    try (Stream<Path> content = Files.list(path)) {
      if (!content.allMatch(RunFolder::isNothing)) {
        throw new ConfigException(
            "The run folder "
                + path
                + " is not empty; choose another with --out, or go on with it by train --resume "
                + path);
      }
    } catch (IOException e) {
      throw notMade(path, e);
    }
  }

  private static ConfigException notMade(Path path, IOException e) {
    return new ConfigException("Could not make the run folder " + path + ": " + Reason.of(e), e);
  }

  /**
   * Makes a folder that no run has, {@code NAME-1}, {@code NAME-2} and so on, one above the largest
   * number there is. Of several that ask at once each gets a folder of its own.
   *
   * @param parent made if missing
   * @return the folder's lock
   */
  public static RunLock numbered(Path parent, String name) {
    String start =
        name.replaceAll("[^\\p{L}\\p{N}._+-]+", "-").replaceAll("^[-.]+|[-.]+$", "") + "-";
    try {
      NewFolder.make(parent);
      for (int number = largest(parent, start) + 1; ; number++) {
        Path run = parent.resolve(start + number);
        if (made(run)) {
          RunLock lock = RunLock.tryTake(run);
          if (lock != null) {
            return lock;
          }
        }
      }
    } catch (IOException e) {
      throw notMade(parent, e);
    }
  }

  private static boolean made(Path run) throws IOException {
    try {
      Files.createDirectory(run);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static int largest(Path parent, String start) throws IOException {
    try (Stream<Path> runs = Files.list(parent)) {
      return runs.map(run -> String.valueOf(run.getFileName()))
          .filter(run -> run.startsWith(start))
          .map(run -> run.substring(start.length()))
          .filter(number -> number.matches("[0-9]{1,9}"))
          .mapToInt(Integer::parseInt)
          .max()
          .orElse(0);
    }
  }

  private static boolean isNothing(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.equals(RunLock.FILE)
        || (name.startsWith("recipe.yaml.part-") && PART.matcher(name).matches());
  }

  /** Deletes what kills left half written; only for the holder of the run's lock. */
  void sweep() {
    try (Stream<Path> files = Files.walk(path, DEPTH)) {
      for (Path file :
          files.filter(f -> PART.matcher(f.getFileName().toString()).matches()).toList()) {
        if (!Files.isDirectory(file)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new ConfigException(
          "The run folder "
              + path
              + " cannot be written: "
              + Reason.of(e)
              + ". Make it writable, or copy the run to where there is room and go on there",
          e);
    }
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
  public void write(Recipe recipe, List<String> changes) {
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
      throw new ConfigException("Could not read " + recipe() + ": " + Reason.of(e), e);
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

  /** The whole state after the last completed epoch, or where the run was stopped within one. */
  public Path checkpoint() {
    return path.resolve("checkpoint/last.safetensors");
  }

  /** The whole state after an earlier epoch, where {@code train.keep} keeps it. */
  public Path checkpoint(int epoch) {
    return path.resolve(String.format(Locale.ROOT, "checkpoint/epoch-%04d.safetensors", epoch));
  }

  /** Provenance and results. */
  public Path summary() {
    return path.resolve("run.json");
  }

  /** Ranges of the linear layers of a training in int8. */
  public Path int8() {
    return path.resolve("int8.json");
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
