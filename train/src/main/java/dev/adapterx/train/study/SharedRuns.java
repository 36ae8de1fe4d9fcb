package dev.adapterx.train.study;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.OutOfMemoryException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.OutOfMemory;
import dev.adapterx.train.loop.DivergedException;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.Beginnings;
import dev.adapterx.train.run.RunLock;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Runs that any number of processes work off together: each is finished once, by the process that
 * claims it first. Finished runs are kept, interrupted ones go on, failed ones do not stop the
 * others.
 */
final class SharedRuns {
  /** What of a recipe changes no result. */
  static final List<String> IMMATERIAL =
      List.of("data.threads", "data.cache-megabytes", "train.keep", "train.verify-frozen");

  private final List<StudyRun> runs;
  private final StudyListener listener;
  private final Map<StudyRun, String> mistakes = new HashMap<>();

  /**
   * @throws ConfigException when one has begun by another recipe
   */
  SharedRuns(List<StudyRun> runs, StudyListener listener) {
    this.runs = List.copyOf(runs);
    this.listener = listener;
    runs.forEach(SharedRuns::requireSameRecipe);
    for (StudyRun run : this.runs) {
      recorded(run).ifPresent(record -> record.requireOf(run, place(run).file()));
    }
  }

  /** Forgets which runs failed, so that they go on. */
  void forgetFailures() {
    for (StudyRun run : runs) {
      delete(run.failure());
      if (recorded(run).filter(record -> record.summary() == null).isPresent()) {
        delete(place(run).file());
      }
    }
  }

  /**
   * Works until there is nothing to do that another process is not doing.
   *
   * @throws AdapterXException before the first run, when none can begin
   */
  List<Outcome> work() {
    runs.forEach(this::keep); // what was finished before anything was kept
    if (runs.stream().noneMatch(this::isSettled)) {
      Beginnings.requireOne(runs.stream().map(StudyRun::recipe).toList(), listener.checking());
    }
    boolean worked = true;
    while (worked) {
      worked = false;
      for (int i = 0; i < runs.size(); i++) {
        worked |= work(i);
      }
    }
    return outcomes();
  }

  /** Where all runs stand now; trains nothing. */
  List<Outcome> outcomes() {
    return runs.stream().map(this::outcome).toList();
  }

  private boolean work(int index) {
    StudyRun run = runs.get(index);
    if (isSettled(run)) {
      return false;
    }
    try (RunLock lock = RunLock.tryTake(run.folder().path())) {
      if (lock == null || isSettled(run)) {
        return false;
      }
      requireSameRecipe(run);
      train(run, lock, index + 1);
    }
    keep(run);
    listener.ended(outcome(run), index + 1, runs.size());
    return true;
  }

  private boolean isSettled(StudyRun run) {
    return mistakes.containsKey(run)
        || RunSummary.exists(run.folder())
        || Files.exists(run.failure())
        || isRecorded(run);
  }

  private static boolean isRecorded(StudyRun run) {
    return run.record() != null && Files.exists(run.record().file());
  }

  private static RecordPlace place(StudyRun run) {
    return Objects.requireNonNull(run.record());
  }

  private static Optional<RunRecord> recorded(StudyRun run) {
    return isRecorded(run) ? Optional.of(RunRecord.read(place(run).file())) : Optional.empty();
  }

  /**
   * Records how a run ended, if that is wanted and not done; a mistake that can be fixed is not.
   */
  private void keep(StudyRun run) {
    if (run.record() == null || isRecorded(run)) {
      return;
    }
    if (RunSummary.exists(run.folder())) {
      RunRecord record = RunRecord.finished(run, run.record());
      for (StudyRun other : runs) {
        recorded(other).ifPresent(known -> record.requireSameOrigin(known, place(run).file()));
      }
      record.write(run.record().file());
    } else {
      noted(run).ifPresent(why -> RunRecord.failed(run, place(run), why).write(place(run).file()));
    }
  }

  private void train(StudyRun run, RunLock lock, int number) {
    boolean resumed = Files.isRegularFile(run.folder().recipe());
    RunListener heard = listener.started(run, number, runs.size(), resumed);
    System.gc(); // so that what earlier runs left is not counted as this one's
    Native.resetPeakResidentBytes();
    try {
      if (resumed) {
        TrainRun.resume(lock, List.of(), heard);
      } else {
        TrainRun.start(run.recipe(), lock, heard);
      }
    } catch (StoppedException e) {
      throw e; // no fault of the run
    } catch (DivergedException | OutOfMemoryException e) {
      WholeFile.write(run.failure(), Objects.requireNonNullElse(e.getMessage(), e.toString()));
    } catch (AdapterXException e) {
      // A mistake that can be fixed: the next start tries again.
      mistakes.put(run, Objects.requireNonNullElse(e.getMessage(), e.toString()));
    } catch (OutOfMemoryError e) {
      WholeFile.write(run.failure(), String.valueOf(OutOfMemory.of(e).orElseThrow().getMessage()));
    } catch (RuntimeException e) {
      if (!e.getClass().equals(RuntimeException.class)) {
        throw e;
      }
      // What the engine throws.
      WholeFile.write(run.failure(), "The engine failed: " + firstLine(e));
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private Outcome outcome(StudyRun run) {
    if (RunSummary.exists(run.folder())) {
      return Outcome.finished(run);
    }
    String reason = mistakes.get(run);
    if (reason != null) {
      return Outcome.failed(run, reason);
    }
    return noted(run)
        .map(why -> Outcome.failed(run, why))
        .or(() -> recorded(run).map(record -> record.outcome(run)))
        .orElse(Outcome.unfinished(run));
  }

  private static Optional<String> noted(StudyRun run) {
    try {
      return Files.exists(run.failure())
          ? Optional.of(Files.readString(run.failure()))
          : Optional.empty();
    } catch (IOException e) {
      throw new DataException("Could not read " + run.failure() + ": " + Reason.of(e), e);
    }
  }

  private static void requireSameRecipe(StudyRun run) {
    if (!Files.isRegularFile(run.folder().recipe())) {
      return;
    }
    JsonNode wanted = run.recipe().tree();
    JsonNode found = Recipe.read(run.folder().recipe(), List.of()).tree();
    String differing = difference("", wanted, found);
    if (differing != null) {
      throw new ConfigException(
          run.folder().recipe()
              + ": "
              + differing
              + ": the run was begun with "
              + at(found, differing)
              + ", now asked for is "
              + at(wanted, differing)
              + ". Ask for what it was begun with, choose another --out, or delete "
              + run.folder().path()
              + " to have it trained anew");
    }
  }

  /** The first key with another value, keys with dots; null where there is none. */
  static @Nullable String difference(String place, JsonNode wanted, JsonNode found) {
    if (!wanted.isObject() || !found.isObject()) {
      boolean pinned =
          place.equals("backbone.path")
              && BackboneRecipe.isPinned(found.asString(""), wanted.asString(""));
      return pinned || wanted.equals(found) ? null : place;
    }
    for (Map.Entry<String, JsonNode> key : wanted.properties()) {
      String below = place.isEmpty() ? key.getKey() : place + "." + key.getKey();
      if (IMMATERIAL.contains(below)) {
        continue;
      }
      String differing = difference(below, key.getValue(), found.path(key.getKey()));
      if (differing != null) {
        return differing;
      }
    }
    return wanted.size() == found.size() ? null : place;
  }

  static String at(JsonNode tree, String place) {
    JsonNode node = tree;
    for (String key : place.split("\\.", -1)) {
      node = node.path(key);
    }
    return node.isMissingNode() ? "nothing" : node.toString();
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new DataException("Could not delete " + file + ": " + Reason.of(e), e);
    }
  }
}
