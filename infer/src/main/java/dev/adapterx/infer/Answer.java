package dev.adapterx.infer;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is predicted of an item, or why nothing is.
 *
 * @param index place of the item among all, from 0
 * @param name what the item is called
 * @param prediction absent where the item could not be used
 * @param note what was left out of the item when it was read, if anything
 * @param error why the item could not be used; absent where it could
 */
public record Answer<P>(
    long index,
    String name,
    @Nullable P prediction,
    Optional<String> note,
    @Nullable String error) {
  /** Whether the item could not be used. */
  public boolean isBroken() {
    return error != null;
  }
}
