package dev.adapterx.hub;

/** Hears of what is being fetched; called on the fetching thread. */
public interface FetchListener {
  /** Hears nothing. */
  FetchListener NONE = new FetchListener() {};

  /**
   * Bytes have come.
   *
   * @param file its name in the repository
   * @param done bytes on the disk
   * @param total bytes of the file, -1 where the server does not say
   */
  default void progressed(String file, long done, long total) {}

  /** Something did not go as it should, and how it goes on: another try, an older copy. */
  default void warned(String message) {}
}
