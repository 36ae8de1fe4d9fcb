package dev.adapterx.train.loop;

import dev.adapterx.base.AdapterXException;
import java.util.Locale;

/**
 * The loss or a gradient is no longer finite: the training cannot continue, but what it saved
 * before is intact.
 */
public final class DivergedException extends AdapterXException {
  DivergedException(int epoch, int step, double lr) {
    super(
        String.format(
            Locale.ROOT,
            "Training diverged: the loss or its gradient is not finite in epoch %d, step %d, at learning rate %.3g."
                + " Lower train.lr, set train.clip-norm (10 is usual), or lengthen train.warmup-epochs;"
                + " the last completed epoch is saved and can be gone on from with such a change",
            epoch + 1,
            step + 1,
            lr));
  }
}
