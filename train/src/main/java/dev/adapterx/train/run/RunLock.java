package dev.adapterx.train.run;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.NewFolder;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The right to write into a run folder, against all other threads and processes. It is a lock of
 * the operating system on a file in the folder, which frees it whatever becomes of the process; the
 * file's text says who holds it.
 */
public final class RunLock implements AutoCloseable {
  static final String FILE = "run.lock";

  /** Far behind the text, which others may then read where locks bind readers too. */
  private static final long LOCKED = Long.MAX_VALUE - 1;

  /**
   * Closing any channel of a file frees all locks the process has on it (POSIX), so a second try
   * within the process must not even open it. Locks are the process's, and so are these properties.
   */
  private static final String PROPERTY = "adapterx.run.lock:";

  private final Path run;
  private final Path file;
  private final FileChannel channel;

  private RunLock(Path run, Path file, FileChannel channel) {
    this.run = run;
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a run, whose folder is made if missing.
   *
   * @throws ConfigException saying who holds it
   */
  public static RunLock take(Path run) {
    RunLock lock = tryTake(run);
    if (lock == null) {
      throw new ConfigException(
          "The run folder "
              + run
              + " is in use by "
              + holder(run)
              + "; wait until that is done, or stop it, or choose another folder with --out");
    }
    return lock;
  }

  /** Takes the lock of a run, unless it is held. */
  public static @Nullable RunLock tryTake(Path run) {
    try {
      NewFolder.make(run);
      Path file = run.toRealPath().resolve(FILE);
      String holder = holder();
      if (System.getProperties().putIfAbsent(PROPERTY + file, holder) != null) {
        return null;
      }
      boolean taken = false;
      try {
        RunLock lock = ofOtherProcesses(run, file, holder);
        taken = lock != null;
        return lock;
      } finally {
        if (!taken) {
          System.getProperties().remove(PROPERTY + file);
        }
      }
    } catch (IOException e) {
      NewFolder.fileAt(run)
          .ifPresent(
              file -> {
                throw new ConfigException(
                    "The run folder "
                        + run
                        + ": "
                        + NewFolder.inTheWay(file)
                        + ", which is made if it is not there; choose another with --out",
                    e);
              });
      throw new AdapterXException(
          "Could not lock the run folder "
              + run
              + ": "
              + Reason.of(e)
              + ". Choose a folder that can be written, on a file system that has locks",
          e);
    }
  }

  private static @Nullable RunLock ofOtherProcesses(Path run, Path file, String holder)
      throws IOException {
    while (true) {
      Object key = key(file);
      FileChannel channel = FileChannel.open(file, CREATE, WRITE);
      try {
        if (channel.tryLock(LOCKED, 1, false) == null) {
          channel.close();
          return null;
        }
        // Otherwise its holder has just deleted the file, or there was none.
        if (key != null && key.equals(key(file))) {
          channel.truncate(0);
          channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
          return new RunLock(run, file, channel);
        }
        channel.close();
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
  }

  /** Tells one file from the next of the same name; absent for no file. */
  private static @Nullable Object key(Path file) throws IOException {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file : key; // Windows has none, and does not delete what is open
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static String holder() {
    return "process "
        + ProcessHandle.current().pid()
        + " on "
        + host()
        + " since "
        + Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this machine";
    }
  }

  private static String holder(Path run) {
    try {
      Path file = run.toRealPath().resolve(FILE);
      String here = System.getProperty(PROPERTY + file);
      String text = here != null ? here : Files.readString(file);
      return text.isBlank() ? "another process" : text.strip();
    } catch (IOException e) {
      return "another process";
    }
  }

  /** The run's folder. */
  public Path run() {
    return run;
  }

  /** Frees it. A run that never began leaves no file behind. */
  @Override
  public void close() {
    try (channel) {
      channel.truncate(0);
      if (!Files.exists(new RunFolder(run).recipe())) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new AdapterXException(
          "Could not free the lock of the run " + run + ": " + Reason.of(e), e);
    } finally {
      System.getProperties().remove(PROPERTY + file);
    }
  }
}
