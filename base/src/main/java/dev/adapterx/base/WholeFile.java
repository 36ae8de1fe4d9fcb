package dev.adapterx.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Writes a file under a temporary name beside its target and renames it when complete, so that a
 * reader sees the old one or the new one, never a part.
 */
public final class WholeFile {
  /** Writes the content; an exception leaves the old file unchanged. */
  @FunctionalInterface
  public interface Writer {
    void to(OutputStream out) throws IOException;
  }

  /** Containers that share a folder may all be process 1: its number would not do. */
  private static final String PROCESS = UUID.randomUUID().toString().substring(0, 8);

  private WholeFile() {}

  /**
   * The name under which this thread writes {@code file} until it is whole. No other thread,
   * process or machine writes under it, so that of several at once one stays.
   */
  public static Path beside(Path file) {
    return file.resolveSibling(
        file.getFileName() + ".part-" + PROCESS + "-" + Thread.currentThread().getId());
  }

  /**
   * Writes {@code file}, creating its folder if needed.
   *
   * @throws AdapterXException naming the file when it cannot be written; an existing file is
   *     untouched
   */
  public static void write(Path file, Writer writer) {
    Path target = file.toAbsolutePath();
    Path beside = beside(target);
    try {
      NewFolder.make(target.getParent());
      try (FileChannel channel =
              FileChannel.open(
                  beside,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE);
          OutputStream out =
              new java.io.BufferedOutputStream(
                  java.nio.channels.Channels.newOutputStream(channel), 1 << 16)) {
        writer.to(out);
        out.flush();
        channel.force(true);
      }
      moveOver(beside, target);
    } catch (IOException e) {
      throw new AdapterXException(
          "Could not write "
              + file
              + ": "
              + Reason.of(e)
              + ". What was there before is unchanged; free space or choose another folder and try again.",
          e);
    } finally {
      discard(beside);
    }
  }

  /**
   * Deletes what kills left of {@code file} half written, a day ago and earlier: for large files
   * that no run's own sweep finds.
   */
  public static void sweep(Path file) {
    Path target = file.toAbsolutePath();
    Instant yesterday = Instant.now().minus(1, ChronoUnit.DAYS);
    try (DirectoryStream<Path> beside =
        Files.newDirectoryStream(
            target.getParent(), path -> isPart(String.valueOf(path.getFileName()), target))) {
      for (Path part : beside) {
        if (Files.getLastModifiedTime(part).toInstant().isBefore(yesterday)) {
          discard(part);
        }
      }
    } catch (IOException e) {
      // What is left over takes room, and nothing else.
    }
  }

  private static boolean isPart(String name, Path target) {
    return name.startsWith(target.getFileName() + ".part-");
  }

  /** Writes text as UTF-8. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void moveOver(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void discard(Path beside) {
    try {
      Files.deleteIfExists(beside);
    } catch (IOException e) {
      // The write itself succeeded or already failed with its own message; a left-over temporary
      // file is harmless.
    }
  }
}
