package dev.adapterx.cli;

import dev.adapterx.data.fetch.FetchWatcher;
import java.io.PrintWriter;

/** Shows what is fetched and then what is unpacked, as {@link FetchBar} does. */
final class UnpackBar implements FetchWatcher, AutoCloseable {
  private final FetchBar fetching;
  private final FetchBar unpacking;

  UnpackBar(PrintWriter err) {
    this.fetching = new FetchBar(err);
    this.unpacking = new FetchBar(err, "unpacking");
  }

  @Override
  public void progressed(String file, long done, long total) {
    fetching.progressed(file, done, total);
  }

  @Override
  public void unpacked(String file, long done, long total) {
    unpacking.progressed(file, done, total);
  }

  @Override
  public void warned(String message) {
    fetching.warned(message);
  }

  @Override
  public void close() {
    fetching.close();
    unpacking.close();
  }
}
