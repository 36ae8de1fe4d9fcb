package dev.adapterx.train.loop;

import java.util.Locale;
import java.util.Optional;

/**
 * Detects a loss that grows a hundredfold without becoming infinite: a training that has diverged
 * but may continue for hours.
 */
public final class LossWatch {
  private static final double GROWTH = 100;

  /** Below this a loss is practically 0, and a hundred times that does not indicate a problem. */
  private static final double LEAST = 0.02;

  private double smallest = Double.POSITIVE_INFINITY;
  private boolean warned;

  /**
   * A warning about a mean loss, at most once.
   *
   * @param loss mean over an epoch, or over its first steps
   * @param lr its learning rate
   */
  public Optional<String> seen(String where, double loss, double lr) {
    double reference = Math.max(smallest, LEAST);
    smallest = Math.min(smallest, loss);
    if (warned || !(loss > GROWTH * reference)) {
      return Optional.empty();
    }
    warned = true;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s: the loss is %.3g, more than %.0f times the smallest before it (%.3g): the training"
                + " comes apart. Lower train.lr (%.3g then; a third is a good next try) or"
                + " method.scale, or clip gradients with train.clip-norm=1",
            where,
            loss,
            GROWTH,
            reference,
            lr));
  }
}
