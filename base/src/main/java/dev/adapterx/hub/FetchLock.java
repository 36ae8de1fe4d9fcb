package dev.adapterx.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Lets one downloader at a time write a file, whether in this process or another. Some network file
 * systems have no locks; then it does not hold, and downloads must not share a file.
 */
public final class FetchLock implements AutoCloseable {
  private static final long POLL_MILLIS = 50;

  private final @Nullable FileChannel channel;

  private FetchLock(@Nullable FileChannel channel) {
    this.channel = channel;
  }

  /** Waits for it, however long; the lock file is created and stays. */
  static FetchLock on(Path file) throws IOException {
    return on(file, () -> {});
  }

  /**
   * Waits for it, however long; the lock file is created and stays.
   *
   * @param held is run once if another process holds the lock
   */
  public static FetchLock on(Path file, Runnable held) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      boolean told = false;
      while (!locked(channel)) {
        if (!told) {
          held.run();
          told = true;
        }
        Thread.sleep(POLL_MILLIS);
      }
      return new FetchLock(channel);
    } catch (InterruptedException e) {
      channel.close();
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (IOException e) {
      channel.close();
      return new FetchLock(null);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) { // held within this process
      return false;
    }
  }

  /** Whether it excludes others. */
  public boolean holds() {
    return channel != null;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
