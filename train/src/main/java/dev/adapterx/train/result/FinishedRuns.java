package dev.adapterx.train.result;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Reason;
import dev.adapterx.train.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The finished runs in a folder: itself, or those below it, as deep as studies put them ({@code
 * STUDIES/STUDY/runs/TASK/METHOD/seed-0}).
 *
 * @param given the folder
 * @param runs those with a {@code run.json}, by path
 * @param unfinished run folders without one
 */
record FinishedRuns(Path given, List<RunFolder> runs, List<RunFolder> unfinished) {
  /** Levels below the folder: those of a study and one more, for a folder of studies. */
  private static final int DEPTH = 5;

  static FinishedRuns of(Path given) {
    return of(given, DEPTH);
  }

  /** Those in a folder and so many levels below it. */
  static FinishedRuns of(Path given, int depth) {
    FinishedRuns found = new FinishedRuns(given, new ArrayList<>(), new ArrayList<>());
    if (Files.isDirectory(given)) {
      found.search(given, depth);
    }
    return found;
  }

  private void search(Path folder, int depth) {
    RunFolder run = new RunFolder(folder);
    if (Files.isRegularFile(run.summary())) {
      runs.add(run);
      return;
    }
    int before = runs.size() + unfinished.size();
    if (depth > 0 && (folder.equals(given) || !Files.isSymbolicLink(folder))) {
      for (Path below : folders(folder)) { // a link is a run or nothing: no search goes in circles
        search(below, depth - 1);
      }
    }
    // A recipe of one's own may lie above runs.
    if (Files.isRegularFile(run.recipe()) && runs.size() + unfinished.size() == before) {
      unfinished.add(run);
    }
  }

  private List<Path> folders(Path folder) {
    try (Stream<Path> below = Files.list(folder)) {
      return below.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      if (!folder.equals(given)) {
        return List.of(); // one that others may not read holds no run of ours
      }
      throw new ConfigException("Could not list " + folder + ": " + Reason.of(e), e);
    }
  }

  /**
   * The runs, at least one.
   *
   * @throws ConfigException saying what is there instead
   */
  List<RunFolder> required() {
    if (!runs.isEmpty()) {
      return runs;
    }
    if (!Files.isDirectory(given)) {
      throw new ConfigException(
          given
              + (Files.exists(given) ? " is a file" : " does not exist")
              + "; expected the folder of a finished run, or one that holds such folders");
    }
    if (!unfinished.isEmpty()) {
      throw new ConfigException(
          "%s holds no finished run: %s began and have no run.json yet; go on with one by adapterx train --resume %s, with a study by its command"
              .formatted(
                  given,
                  Names.some(unfinished.stream().map(run -> run.path().toString()).toList()),
                  unfinished.get(0).path()));
    }
    throw new ConfigException(
        "%s holds no finished run: there is no run.json in it or in folders up to %d levels below it, and no record of compare --record; name the folder that train, compare, ablate or tune wrote with --out"
            .formatted(given, DEPTH));
  }
}
