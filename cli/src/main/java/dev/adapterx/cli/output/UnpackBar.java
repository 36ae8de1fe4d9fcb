package dev.adapterx.cli.output;

import dev.adapterx.data.fetch.FetchWatcher;
import picocli.CommandLine.Model.CommandSpec;

/** Shows downloading and then unpacking, as {@link FetchBar} does. */
public final class UnpackBar implements FetchWatcher, AutoCloseable {
  private final FetchBar fetching;
  private final FetchBar unpacking;

  public UnpackBar(CommandSpec spec) {
    this.fetching = new FetchBar(spec);
    this.unpacking = new FetchBar(spec, "unpacking");
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
