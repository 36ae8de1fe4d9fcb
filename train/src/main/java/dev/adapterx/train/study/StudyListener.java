package dev.adapterx.train.study;

import dev.adapterx.train.loop.RunListener;

/** Receives the progress of a study; every method by default does nothing. */
public interface StudyListener {
  /** Ignores everything. */
  StudyListener NONE = new StudyListener() {};

  /**
   * This process takes up a run; gives the listener of that run.
   *
   * @param number of the run in the study, from 1
   * @param resumed whether an interrupted run goes on
   */
  default RunListener started(StudyRun run, int number, int runs, boolean resumed) {
    return RunListener.NONE;
  }

  /** The run taken up last is finished or failed. */
  default void ended(Outcome outcome, int number, int runs) {}

  /** Something the user should know. */
  default void warned(String message) {}
}
