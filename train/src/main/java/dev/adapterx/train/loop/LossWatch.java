package dev.adapterx.train.loop;

import java.util.Locale;
import java.util.Optional;

/**
 * Looks out for a loss that grows a hundredfold without becoming infinite: a training that has come
 * apart and may go on for hours.
 */
public final class LossWatch {
  private static final double GROWTH = 100;

  /** Below it a loss is as good as nothing, and a hundred times that is no sign of anything. */
  private static final double LEAST = 0.02;

  private double smallest = Double.POSITIVE_INFINITY;
  private boolean warned;

  /**
   * What to say of a mean loss, once.
   *
   * @param loss of an epoch, or of the first steps of one
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
