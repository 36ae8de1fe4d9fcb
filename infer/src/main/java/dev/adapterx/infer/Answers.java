package dev.adapterx.infer;

import java.util.Iterator;

/**
 * Answers in the order of the items, computed lazily. For one thread. Close it to leave before its
 * end.
 */
public interface Answers<P> extends Iterator<Answer<P>>, AutoCloseable {
  /** Ends the reading ahead; there are no more answers. */
  @Override
  void close();
}
