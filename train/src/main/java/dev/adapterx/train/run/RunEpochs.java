package dev.adapterx.train.run;

import dev.adapterx.train.log.MetricsLog;
import dev.adapterx.train.log.TensorBoardEvents;
import dev.adapterx.train.loop.EpochResult;
import dev.adapterx.train.loop.EpochSums;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StopCheck;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.ranks.RankGroup;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The epochs of a run of any kind, until it is over: each is trained, measured, logged,
 * checkpointed and reported to the listener, in this order.
 */
final class RunEpochs {
  /**
   * The best epoch so far.
   *
   * @param epoch from 1; 0: none was measured
   * @param score its score on the validation split
   */
  record Best(int epoch, double score) {}

  /** What is trained, and what is done with an epoch beyond that. */
  @FunctionalInterface
  interface Job {
    /** Trains what is left of an epoch. */
    EpochResult train(int epoch, EpochSums sums, Trainer.StepListener listener);

    /**
     * Measures after an epoch.
     *
     * @param number of the epoch, from 1
     * @param metrics of the epoch; what is measured is added
     * @return the best epoch now
     */
    default Best measured(int number, Map<String, Object> metrics, Best before) {
      return before;
    }

    /**
     * Logs what the metrics do not have.
     *
     * @return further scalars for TensorBoard
     */
    default Map<String, Double> logged(int number, EpochResult result) {
      return Map.of();
    }

    /** Keeps what a checkpoint does not have, right after it is written. */
    default void kept() {}

    /** Warns of what was seen in the epoch. */
    default void warned(int number, EpochResult result) {}
  }

  private final RunFolder folder;
  private final Progress progress;
  private final RunListener listener;
  private final int epochs;
  private final RankGroup ranks;
  private final MetricsLog log;

  /**
   * Of a run that is new or goes on.
   *
   * @param epochs of the whole run
   * @param ranks told of every epoch
   */
  RunEpochs(
      RunFolder folder, Progress progress, RunListener listener, int epochs, RankGroup ranks) {
    this.folder = folder;
    this.progress = progress;
    this.listener = listener;
    this.epochs = epochs;
    this.ranks = ranks;
    this.log = MetricsLog.resume(folder.path(), progress.state().epoch());
  }

  /** The metrics of the epochs done. */
  MetricsLog log() {
    return log;
  }

  /** Does what is left; a time that is up pauses the run. */
  void run(Job job) {
    long next = progress.state().epoch() + 1L;
    try (TensorBoardEvents events = TensorBoardEvents.resume(folder.events(), next)) {
      while (!progress.isOver()) {
        Follower.next(ranks, progress.state().epoch());
        epoch(job, events);
      }
    } catch (StopCheck.TimeIsUp e) {
      progress.pause();
    }
  }

  private void epoch(Job job, TensorBoardEvents events) {
    int number = progress.state().epoch() + 1;
    EpochResult result =
        job.train(
            number - 1,
            progress.sums(),
            (step, steps, loss) -> listener.stepped(number, epochs, step, steps, loss));
    Map<String, Object> metrics = new LinkedHashMap<>(result.metrics());
    Best before = new Best(progress.state().bestEpoch(), progress.state().bestScore());
    Best best = job.measured(number, metrics, before);
    log.append(number, metrics);
    Map<String, Double> scalars = Logged.numbers(metrics);
    scalars.putAll(job.logged(number, result));
    events.scalars(number, scalars);
    progress.epochDone(best.epoch(), best.score());
    job.kept();
    listener.epochDone(number, epochs, metrics);
    job.warned(number, result);
  }
}
