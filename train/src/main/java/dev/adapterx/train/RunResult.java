package dev.adapterx.train;

import dev.adapterx.peft.ParameterReport;
import dev.adapterx.train.report.ResultLine;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a run.
 *
 * @param method as people know it
 * @param last on the test split after the last epoch; absent without a test split
 * @param best on the test split with the weights of the best validation epoch; absent without a
 *     validation split
 * @param bestEpoch from 1; 0 without a validation split
 * @param parameters the counts
 * @param line the honest one-line result; absent without a test split
 * @param secondsPerEpoch of training, median
 * @param peakResidentBytes of the process
 */
public record RunResult(
    String method,
    @Nullable Evaluation last,
    @Nullable Evaluation best,
    int bestEpoch,
    ParameterReport parameters,
    @Nullable ResultLine line,
    double secondsPerEpoch,
    long peakResidentBytes) {}
