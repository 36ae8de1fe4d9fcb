package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code --record} left in a folder: a study's results without its runs. */
public record RecordFolder(Path path) {
  /** What records are called, so that one without its beginning is noticed. */
  private static final Pattern NAME = Pattern.compile("(seed|trial)-\\d+\\.json");

  /**
   * What was read.
   *
   * @param leftOut why files are left out that are damaged, one for each
   */
  public record Found(Comparison comparison, List<String> leftOut) {
    public Found {
      leftOut = List.copyOf(leftOut);
    }
  }

  /** Whether there is a record in the folder or below. */
  public boolean hasAny() {
    return !files().isEmpty();
  }

  private List<Path> files() {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(file -> file.toString().endsWith(".json"))
          .filter(Files::isRegularFile)
          .filter(file -> NAME.matcher(Folders.name(file)).matches() || RunRecord.isOne(file))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ConfigException("Could not list " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * All results found, methods with most finished runs first, then by their mean; tasks by group
   * and name.
   *
   * @throws ConfigException when two files are of one task, method and seed
   * @throws DataException when all files are damaged
   */
  public Found found() {
    List<String> leftOut = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    List<String> variants = new ArrayList<>();
    List<Long> seeds = new ArrayList<>();
    List<Comparison.Cell> cells = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Path file : files()) {
      RunRecord record;
      try {
        record = RunRecord.read(file);
      } catch (DataException e) {
        leftOut.add(String.valueOf(e.getMessage()));
        continue;
      }
      StudyRun run = record.run(file);
      if (!seen.add(run.name())) {
        throw new ConfigException(
            file + ": another file of " + path + " is of " + run.name() + " too: keep one of them");
      }
      Task task = new Task(record.task(), record.group(), List.of());
      if (!tasks.contains(task)) {
        tasks.add(task);
      }
      if (!variants.contains(record.variant())) {
        variants.add(record.variant());
      }
      if (!seeds.contains(record.recipe().seed())) {
        seeds.add(record.recipe().seed());
      }
      cells.add(
          new Comparison.Cell(
              record.task(), record.variant(), record.recipe().seed(), record.outcome(run)));
    }
    if (cells.isEmpty() && !leftOut.isEmpty()) {
      throw new DataException(leftOut.get(0));
    }
    tasks.sort(
        Comparator.comparing((Task task) -> Objects.requireNonNullElse(task.group(), ""))
            .thenComparing(Task::name));
    seeds.sort(Comparator.naturalOrder());
    Comparison all = new Comparison(tasks, variants, seeds, cells, List.of());
    variants.sort(
        Comparator.comparingInt((String variant) -> -all.finished(variant).size())
            .thenComparingDouble(variant -> -all.mean(variant, RunSummary::measured)));
    return new Found(new Comparison(tasks, variants, seeds, cells, List.of()), leftOut);
  }
}
