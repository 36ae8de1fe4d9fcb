package dev.adapterx.train.study;

import org.jspecify.annotations.Nullable;

/**
 * Where a run of a study stands.
 *
 * @param summary of a finished run
 * @param reason of a failed one
 */
public record Outcome(
    StudyRun run, State state, @Nullable RunSummary summary, @Nullable String reason) {
  /** How far it came. */
  public enum State {
    FINISHED,
    FAILED,
    /** Another process works on it, or none does yet. */
    UNFINISHED
  }

  static Outcome finished(StudyRun run) {
    return new Outcome(run, State.FINISHED, RunSummary.read(run.folder()), null);
  }

  static Outcome failed(StudyRun run, String reason) {
    return new Outcome(run, State.FAILED, null, reason);
  }

  static Outcome unfinished(StudyRun run) {
    return new Outcome(run, State.UNFINISHED, null, null);
  }
}
