package dev.adapterx.data.fetch;

import dev.adapterx.hub.FetchListener;

/** Receives the progress of downloads and of unpacking. */
public interface FetchWatcher extends FetchListener {
  /** Ignores all events. */
  FetchWatcher NONE = new FetchWatcher() {};

  /**
   * A part of an archive has been unpacked.
   *
   * @param file the archive's name
   * @param done bytes of the archive processed so far
   * @param total all of them
   */
  default void unpacked(String file, long done, long total) {}
}
