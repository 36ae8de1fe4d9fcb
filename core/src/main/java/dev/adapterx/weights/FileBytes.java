package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Bounds-checked, read-only ranges of a file of any size.
 *
 * <p>Small files are read whole, so that they may be replaced while in use; larger ones are mapped
 * in windows, because one mapping cannot exceed 2 GiB. Ranges stay valid after closing.
 */
final class FileBytes implements Closeable {
  private static final long READ_WHOLE = 4L << 20;
  private static final long WINDOW = 1L << 30;

  private final Path path;
  private final long size;
  private final long window;
  private final @Nullable FileChannel channel;
  private final @Nullable ByteBuffer[] windows;

  private FileBytes(Path path, long size, long window, @Nullable FileChannel channel) {
    this.path = path;
    this.size = size;
    this.window = window;
    this.channel = channel;
    this.windows = new ByteBuffer[Math.toIntExact((size + window - 1) / window)];
  }

  /**
   * Opens a file.
   *
   * @throws CheckpointException when it does not exist or cannot be read
   */
  static FileBytes open(Path path) {
    return open(path, READ_WHOLE, WINDOW);
  }

  /** As {@link #open(Path)}, with the limits chosen. */
  static FileBytes open(Path path, long readWhole, long window) {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        long size = channel.size();
        if (size > readWhole) {
          return new FileBytes(path, size, window, channel);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) size);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        channel.close();
        return of(path, bytes.flip());
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new CheckpointException("No such weight file: " + path, e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Bytes in memory, treated as a file. */
  static FileBytes of(Path path, ByteBuffer bytes) {
    FileBytes file = new FileBytes(path, bytes.remaining(), Integer.MAX_VALUE, null);
    if (bytes.hasRemaining()) {
      file.windows[0] = bytes.slice();
    }
    return file;
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /** The file's name, with which messages begin. */
  @Override
  public String toString() {
    return path.toString();
  }

  /**
   * The bytes from {@code offset}, little-endian, position 0.
   *
   * @throws CheckpointException naming {@code what} when the file ends before, or when the range is
   *     longer than a buffer can be
   */
  ByteBuffer slice(long offset, long length, String what) {
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw new CheckpointException(
          "%s: %s needs %s bytes from byte %s on, the file has %d; it is truncated or damaged: fetch it again"
              .formatted(
                  path, what, Long.toUnsignedString(length), Long.toUnsignedString(offset), size));
    }
    if (length > Integer.MAX_VALUE) {
      throw tooLarge(path + ": " + what, length);
    }
    ByteBuffer range;
    if (length == 0) {
      range = ByteBuffer.allocateDirect(0);
    } else if (offset / window == (offset + length - 1) / window) {
      range = window((int) (offset / window)).slice((int) (offset % window), (int) length);
    } else {
      range = map(offset, length);
    }
    return range.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  static CheckpointException tooLarge(String what, long bytes) {
    return new CheckpointException(
        "%s takes %d bytes; one tensor may take %d at most"
            .formatted(what, bytes, Integer.MAX_VALUE));
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private ByteBuffer window(int index) {
    ByteBuffer mapped = windows[index];
    if (mapped == null) {
      long start = index * window;
      mapped = map(start, Math.min(window, size - start));
      windows[index] = mapped;
    }
    return mapped;
  }

  private ByteBuffer map(long offset, long length) {
    if (channel == null) {
      throw new IllegalStateException("bytes in memory are one window");
    }
    try {
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static CheckpointException unreadable(Path path, IOException e) {
    return new CheckpointException("Could not read " + path + ": " + Reason.of(e), e);
  }
}
