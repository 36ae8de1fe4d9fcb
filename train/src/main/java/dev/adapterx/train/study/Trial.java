package dev.adapterx.train.study;

import java.util.Map;

/**
 * One point of a method's grid.
 *
 * @param number from 1
 * @param settings values by key
 */
public record Trial(String variant, int number, Map<String, String> settings, Outcome outcome) {
  /** Percent on the validation split after the last epoch; NaN unless finished. */
  public double measured() {
    RunSummary summary = outcome.summary();
    return summary == null ? Double.NaN : summary.measured();
  }

  double rate() {
    return outcome.run().recipe().train().lr();
  }

  long parameters() {
    RunSummary summary = outcome.summary();
    return summary == null ? Long.MAX_VALUE : summary.parameters().trainable();
  }
}
