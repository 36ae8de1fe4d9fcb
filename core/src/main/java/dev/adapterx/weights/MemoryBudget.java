package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Limits what reading a file may allocate (inflating, re-ordering) in proportion to its own size,
 * so that a few hostile bytes cannot cause gigabytes to be allocated.
 */
public final class MemoryBudget {
  private static final long FLOOR = 64L << 20;
  private static final long TIMES_THE_FILE = 16;

  private final String file;
  private long left;

  MemoryBudget(String file, long fileSize) {
    this.file = file;
    this.left = FLOOR + TIMES_THE_FILE * fileSize;
  }

  /** Zeroed direct memory, little-endian. */
  ByteBuffer allocate(long bytes, String what) {
    if (bytes > left) {
      throw new CheckpointException(
          "%s: %s needs %d bytes of memory, more than a file of this size may use (%d left)"
              .formatted(file, what, bytes, left));
    }
    left -= bytes;
    return direct(bytes, file + ": " + what);
  }

  /** Zeroed direct memory, little-endian, or an exception with an explanation. */
  public static ByteBuffer direct(long bytes, String what) {
    if (bytes > Integer.MAX_VALUE) {
      throw FileBytes.tooLarge(what, bytes);
    }
    try {
      return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      throw new CheckpointException(
          what
              + " needs "
              + bytes
              + " bytes of memory outside the heap, which are not free;"
              + " allow more with -XX:MaxDirectMemorySize",
          e);
    }
  }
}
