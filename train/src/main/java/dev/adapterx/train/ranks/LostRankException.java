package dev.adapterx.train.ranks;

import dev.adapterx.base.AdapterXException;
import org.jspecify.annotations.Nullable;

/**
 * A rank is gone, or its machine or the network is: nothing is wrong with what was asked for, and
 * the training goes on when all ranks are started again.
 */
public final class LostRankException extends AdapterXException {
  private static final long serialVersionUID = 1;

  public LostRankException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
