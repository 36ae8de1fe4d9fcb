package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Counts what is unpacked from an archive and stops before it exceeds the limits. */
final class Ration {
  private final Path archive;
  private final long size;
  private final UnpackLimits limits;
  private long entries;
  private long bytes;

  /**
   * The limits of one archive.
   *
   * @param size of the archive itself
   */
  Ration(Path archive, long size, UnpackLimits limits) {
    this.archive = archive;
    this.size = size;
    this.limits = limits;
  }

  /** Counts one more entry of any kind. */
  void entry() {
    if (++entries > limits.entries()) {
      throw new DataException(
          "%s holds more than %,d files; no known data set does. Nothing of it was kept"
              .formatted(archive, limits.entries()));
    }
  }

  /** Adds unpacked bytes. */
  void took(long count) {
    require(bytes += count);
  }

  /** Checks the total that would be unpacked. */
  void require(long total) {
    if (total > limits.bytes()) {
      throw bomb("more than %,d bytes".formatted(limits.bytes()));
    }
    if (total > limits.free() && total / limits.ratio() > size) {
      throw bomb("more than %d times its own %,d bytes".formatted(limits.ratio(), size));
    }
  }

  private DataException bomb(String what) {
    return new DataException(
        "%s unpacks to %s, which no known data set does: it may be made to fill the disk. Nothing of it was kept"
            .formatted(archive, what));
  }

  /** The same stream, counted. */
  InputStream counted(InputStream in) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        int one = in.read();
        took(one < 0 ? 0 : 1);
        return one;
      }

      @Override
      public int read(byte[] buffer, int from, int count) throws IOException {
        int n = in.read(buffer, from, count);
        took(Math.max(0, n));
        return n;
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }
}
