package dev.adapterx.train.study;

import dev.adapterx.base.AdapterXException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to work on a run, against all other threads and processes. It is a lock of the
 * operating system on a file, which frees it whatever becomes of the process.
 */
final class Claim implements AutoCloseable {
  private final FileChannel channel;

  private Claim(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes it, unless somebody has it. */
  static @Nullable Claim of(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return new Claim(channel);
        }
      } catch (OverlappingFileLockException e) {
        // Another thread of this process has it.
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      channel.close();
      return null;
    } catch (IOException e) {
      throw new AdapterXException(
          "Could not lock "
              + file
              + ": "
              + e
              + ". Runs are shared between processes by locks of files; choose an --out on a file"
              + " system that has them",
          e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new AdapterXException("Could not free the lock of a run: " + e, e);
    }
  }
}
