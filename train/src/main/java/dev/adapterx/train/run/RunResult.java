package dev.adapterx.train.run;

import dev.adapterx.peft.ParameterReport;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Scores;
import dev.adapterx.train.text.ResultLine;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a run. Measured is the test split; without one, the validation split or the
 * held-out part.
 *
 * @param folder the run's
 * @param method as people know it
 * @param measuredOn the split or part measured, as results name it; absent: nothing was
 * @param lastScores measured after the last epoch
 * @param bestScores measured with the weights of the best validation epoch; the last one's without
 *     a validation split
 * @param bestEpoch from 1; 0 without a validation split
 * @param parameters the counts
 * @param line the honest one-line result; absent where nothing was measured
 * @param secondsPerEpoch of training, median
 * @param peakResidentBytes of the process
 */
public record RunResult(
    Path folder,
    String method,
    @Nullable String measuredOn,
    @Nullable Scores lastScores,
    @Nullable Scores bestScores,
    int bestEpoch,
    ParameterReport parameters,
    @Nullable ResultLine line,
    double secondsPerEpoch,
    long peakResidentBytes) {
  /** Measured after the last epoch; absent also where the task is not to name classes. */
  public @Nullable Evaluation last() {
    return lastScores instanceof Evaluation evaluation ? evaluation : null;
  }

  /** Measured at the best epoch; absent also where the task is not to name classes. */
  public @Nullable Evaluation best() {
    return bestScores instanceof Evaluation evaluation ? evaluation : null;
  }
}
