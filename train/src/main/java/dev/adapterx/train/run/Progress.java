package dev.adapterx.train.run;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.OutOfMemoryException;
import dev.adapterx.base.Reason;
import dev.adapterx.tensor.OutOfMemory;
import dev.adapterx.train.loop.Checkpoint;
import dev.adapterx.train.loop.EpochSums;
import dev.adapterx.train.loop.StopCheck;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.ranks.LostRankException;
import dev.adapterx.train.recipe.TrainRecipe;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a training stands, and how that is saved: {@code checkpoint/last.safetensors} always, and
 * as many of the epochs before it as {@code train.keep} says. A file is removed only once the one
 * that follows it is whole. Which one is taken depends on names alone, on no clock.
 */
final class Progress {
  private static final Pattern EARLIER = Pattern.compile("epoch-\\d{4,}\\.safetensors");

  private final RunFolder folder;
  private final Trainer trainer;
  private final TrainRecipe recipe;
  private final String command;
  private final int stepsPerEpoch;
  private Checkpoint state;
  private EpochSums sums;

  /**
   * Puts the trainer into the state that the folder's last checkpoint has.
   *
   * @param command that resumes such a run: train or pretrain
   * @param stepsPerEpoch batches of an epoch
   * @throws CheckpointException when it is damaged, naming the newest whole one before it
   */
  Progress(
      RunFolder folder, Trainer trainer, TrainRecipe recipe, String command, int stepsPerEpoch) {
    this.folder = folder;
    this.trainer = trainer;
    this.recipe = recipe;
    this.command = command;
    this.stepsPerEpoch = stepsPerEpoch;
    WeightFile last = Files.isRegularFile(folder.checkpoint()) ? whole() : null;
    this.state = last == null ? Checkpoint.START : Checkpoint.of(last, trainer);
    this.sums = new EpochSums(state.within());
    if (state.epoch() > recipe.epochs()) {
      throw new ConfigException(
          "train.epochs: expected at least the "
              + state.epoch()
              + " that are done, found "
              + recipe.epochs());
    }
    int planned = state.within().planned();
    if (planned > 0 && planned != stepsPerEpoch) {
      throw new ConfigException(
          "%s was stopped in epoch %d after step %d of %d; with these data and train.batch an epoch has %d steps. Finish that epoch as it began, then change it"
              .formatted(folder.path(), state.epoch() + 1, sums.steps(), planned, stepsPerEpoch));
    }
  }

  /** What was saved last. */
  Checkpoint state() {
    return state;
  }

  /** Of the epoch that is being done. */
  EpochSums sums() {
    return sums;
  }

  /** Whether no step was ever done. */
  boolean isNew() {
    return state.epoch() == 0 && sums.steps() == 0;
  }

  /** Whether all epochs are done, or there was no better one for as long as patience lasts. */
  boolean isOver() {
    return state.epoch() >= recipe.epochs() || isOutOfPatience();
  }

  private boolean isOutOfPatience() {
    return recipe.patience() > 0
        && state.bestEpoch() > 0
        && sums.steps() == 0
        && state.epoch() - state.bestEpoch() >= recipe.patience();
  }

  /** Why the training ended before its last epoch, and how to go on; absent: it did not. */
  Optional<String> endedEarly() {
    if (state.epoch() >= recipe.epochs()) {
      return Optional.empty();
    }
    String where =
        "after epoch %d of %d%s"
            .formatted(
                state.epoch(),
                recipe.epochs(),
                sums.steps() == 0
                    ? ""
                    : " and step %d of %d of the next".formatted(sums.steps(), stepsPerEpoch));
    return Optional.of(
        isOutOfPatience()
            ? "ended by train.patience=%d %s: epoch %d is the best so far. To go on: adapterx %s --resume %s train.patience=0"
                .formatted(recipe.patience(), where, state.bestEpoch(), command, folder.path())
            : "ended by train.time-limit=%s minutes %s. To go on: adapterx %s --resume %s train.time-limit=0"
                .formatted(recipe.timeLimit(), where, command, folder.path()));
  }

  /** Whether the weights are those of the best epoch on the validation split. */
  boolean isAtBest() {
    return state.epoch() > 0 && state.epoch() == state.bestEpoch() && sums.steps() == 0;
  }

  /** Saves that one more epoch is done. */
  void epochDone(int bestEpoch, double bestScore) {
    save(new Checkpoint(state.epoch() + 1, bestEpoch, bestScore, EpochSums.NONE));
    sums = new EpochSums();
  }

  /** Saves the steps done since. */
  void pause() {
    if (sums.steps() > state.within().steps()) {
      trainer.requireFinite(state.epoch(), sums);
      save(state.within(sums.state(stepsPerEpoch)));
    }
  }

  /** Saves the steps done since, and says so. */
  private StoppedException stopped() {
    int epoch = state.epoch();
    pause();
    String where =
        sums.steps() > 0
            ? "in epoch %d of %d after step %d of %d"
                .formatted(epoch + 1, recipe.epochs(), sums.steps(), stepsPerEpoch)
            : "after epoch %d of %d".formatted(epoch, recipe.epochs());
    return new StoppedException(where, folder.path());
  }

  /**
   * Trains: an error that ends it says what is kept and how to go on.
   *
   * @throws StoppedException when the listener wanted an end
   */
  <T> T guard(Supplier<T> training) {
    try {
      return training.get();
    } catch (StopCheck.Wanted e) {
      throw stopped();
    } catch (AdapterXException e) {
      throw kept(e);
    } catch (OutOfMemoryError | RuntimeException e) {
      Optional<OutOfMemoryException> memory = OutOfMemory.of(e);
      if (memory.isPresent()) {
        throw kept(memory.get());
      }
      throw e;
    }
  }

  /** An error that ended the training, with what is kept and how to go on. */
  private AdapterXException kept(AdapterXException e) {
    String message =
        "%s. %s is kept; once this is fixed go on by %s --resume %s"
            .formatted(
                String.valueOf(e.getMessage()).replaceAll("\\.$", ""),
                state.epoch() == 0 ? "No epoch was done, the recipe" : "Epoch " + state.epoch(),
                command,
                folder.path());
    if (e instanceof DataException) {
      return new DataException(message, e);
    }
    if (e instanceof OutOfMemoryException) {
      return new OutOfMemoryException(message, e);
    }
    if (e instanceof LostRankException) {
      return new LostRankException(message, e);
    }
    return e.getClass().equals(AdapterXException.class) ? new AdapterXException(message, e) : e;
  }

  private void save(Checkpoint next) {
    if (recipe.keep() > 1 && state.epoch() > 0 && state.within().steps() == 0) {
      keep(folder.checkpoint(), folder.checkpoint(state.epoch()));
    }
    next.write(folder.checkpoint(), trainer);
    state = next;
    forget();
  }

  /** A second name for the same bytes where the file system has that, else a copy. */
  private static void keep(Path last, Path earlier) {
    Path beside = earlier.resolveSibling(earlier.getFileName() + ".part-0");
    try {
      if (Files.exists(earlier) && Files.isSameFile(last, earlier)) {
        return; // kept just before a kill; moving one name over another of a file does nothing
      }
      Files.deleteIfExists(beside);
      try {
        Files.createLink(beside, last);
      } catch (UnsupportedOperationException | IOException e) {
        Files.copy(last, beside);
      }
      Files.move(beside, earlier, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AdapterXException(
          "Could not keep "
              + last
              + " as "
              + earlier
              + ": "
              + Reason.of(e)
              + ". Free space, or lower train.keep",
          e);
    }
  }

  /** Those that were kept longer than asked for, and those of epochs that are done again. */
  private void forget() {
    int last = state.within().steps() > 0 ? state.epoch() : state.epoch() - 1;
    int first = last - recipe.keep() + 2;
    for (Path file : earlier()) {
      int epoch = epochOf(file);
      if (epoch < first || epoch > last) {
        try {
          Files.delete(file);
        } catch (IOException e) {
          throw new AdapterXException("Could not remove " + file + ": " + Reason.of(e), e);
        }
      }
    }
  }

  /** Newest first. */
  private List<Path> earlier() {
    Path checkpoints = folder.checkpoint().resolveSibling("");
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files
          .filter(file -> EARLIER.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparingInt(Progress::epochOf).reversed())
          .toList();
    } catch (IOException e) {
      throw new AdapterXException("Could not list " + checkpoints + ": " + Reason.of(e), e);
    }
  }

  private static int epochOf(Path file) {
    return Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""));
  }

  /** A damaged checkpoint is never passed over in silence: what is lost is the user's to decide. */
  private WeightFile whole() {
    Path last = folder.checkpoint();
    try {
      return Checkpoint.whole(last);
    } catch (CheckpointException e) {
      Optional<Path> whole = earlier().stream().filter(Progress::isWhole).findFirst();
      throw new CheckpointException(
          "The run's checkpoint cannot be read: "
              + e.getMessage()
              + whole
                  .map(
                      file ->
                          ". Restore it, or go on after epoch %d, whose checkpoint is whole: mv %s %s"
                              .formatted(epochOf(file), file, last))
                  .orElse(". Restore it, or delete it to train this run from the beginning"),
          e);
    }
  }

  private static boolean isWhole(Path file) {
    try {
      Checkpoint.whole(file);
      return true;
    } catch (CheckpointException e) {
      return false;
    }
  }
}
