package dev.adapterx.hub;

/** Receives the progress of downloads; called on the downloading thread. */
public interface FetchListener {
  /** Ignores all events. */
  FetchListener NONE = new FetchListener() {};

  /**
   * Bytes have been received.
   *
   * @param file its name in the repository
   * @param done bytes on the disk
   * @param total bytes of the file, -1 if the server does not state it
   */
  default void progressed(String file, long done, long total) {}

  /** A problem, and how the download continues: a retry, or an older copy. */
  default void warned(String message) {}
}
