package dev.adapterx.data.fetch;

import dev.adapterx.hub.FetchListener;

/** Hears of what is fetched, and of what is unpacked then. */
public interface FetchWatcher extends FetchListener {
  /** Hears nothing. */
  FetchWatcher NONE = new FetchWatcher() {};

  /**
   * Some of an archive is unpacked.
   *
   * @param file the archive's name
   * @param done bytes of the archive that are through
   * @param total all of them
   */
  default void unpacked(String file, long done, long total) {}
}
