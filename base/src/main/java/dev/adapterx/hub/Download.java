package dev.adapterx.hub;

import dev.adapterx.base.CheckpointException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Downloads one file: into a partial file beside its target, which a later attempt resumes;
 * verified and renamed when complete.
 */
final class Download {
  private static final String PART = ".adapterx.incomplete";

  private final HubHttp http;
  private final Patience patience;
  private final FetchListener listener;
  private final Source source;

  /**
   * What to download.
   *
   * @param name for messages
   * @param size -1 if the server does not state it
   */
  record Source(URI uri, String name, long size, Optional<Checksum> checksum) {}

  Download(HubHttp http, Patience patience, FetchListener listener, Source source) {
    this.http = http;
    this.patience = patience;
    this.listener = listener;
    this.source = source;
  }

  /**
   * Downloads it, unless it is already there.
   *
   * @return whether this call downloaded it
   * @throws CheckpointException when the download fails or its checksum is wrong; then no file is
   *     left
   */
  boolean to(Path blob, Path lock) {
    try {
      Files.createDirectories(blob.toAbsolutePath().getParent());
      try (FetchLock held = FetchLock.on(lock)) {
        if (Files.exists(blob)) {
          return false;
        }
        // Without a lock a partial file may belong to another process; then this one starts its
        // own.
        String own = held.holds() ? "" : "." + ProcessHandle.current().pid();
        Path part = blob.resolveSibling(blob.getFileName() + own + PART);
        fill(part);
        Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
        return true;
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "Could not store %s at %s: %s".formatted(source.name(), blob, e), e);
    }
  }

  private void fill(Path part) throws IOException {
    boolean resumed = Files.exists(part) && Files.size(part) > 0;
    transfer(part);
    Optional<String> problem = problem(part);
    if (problem.isPresent() && resumed) {
      listener.warned(source.name() + ": what an earlier attempt left was damaged; from the start");
      Files.delete(part);
      transfer(part);
      problem = problem(part);
    }
    if (problem.isPresent()) {
      Files.delete(part);
      throw new CheckpointException(problem.get());
    }
  }

  private Optional<String> problem(Path part) throws IOException {
    long size = Files.size(part);
    if (source.size() >= 0 && size != source.size()) {
      return Optional.of(damaged("%d bytes".formatted(source.size()), "%d".formatted(size)));
    }
    if (source.checksum().isEmpty()) {
      return Optional.empty();
    }
    Checksum wanted = source.checksum().get();
    String found = wanted.of(part);
    return found.equals(wanted.hex())
        ? Optional.empty()
        : Optional.of(damaged(wanted.algorithm() + " " + wanted.hex(), found));
  }

  private String damaged(String expected, String found) {
    return ("%s from %s is not what the server promised: expected %s, found %s. Nothing was kept."
            + " Try again; if it stays so, something between here and the server changes files")
        .formatted(source.name(), source.uri(), expected, found);
  }

  /** Transfers until all bytes are there or the retries are exhausted. */
  private void transfer(Path part) throws IOException {
    Retries retries = new Retries(patience, listener);
    while (true) {
      long before = Files.exists(part) ? Files.size(part) : 0;
      if (source.size() > 0 && before == source.size()) {
        return;
      }
      requireSpace(part, before);
      String reason;
      Optional<Duration> asked = Optional.empty();
      try (HubResponse answer = http.get(source.uri(), before)) {
        if (answer.status() == 416) { // the partial file is longer than the file
          Files.deleteIfExists(part);
          reason = "the part on the disk does not fit";
          asked = Optional.of(Duration.ZERO);
        } else if (answer.status() != 200 && answer.status() != 206) {
          if (!answer.mayPass()) {
            throw HubErrors.refused(source.name(), answer);
          }
          reason = "status " + answer.status();
          asked = Retries.asked(answer);
        } else {
          try {
            receive(answer, part, before);
            return;
          } catch (DiskException e) {
            throw e.cause();
          } catch (IOException e) {
            reason = HubErrors.reason(e);
          }
        }
      } catch (IOException e) {
        if (e instanceof java.io.InterruptedIOException && Thread.currentThread().isInterrupted()) {
          throw e;
        }
        reason = HubErrors.reason(e);
      }
      if (Files.exists(part) && Files.size(part) > before) {
        retries.gained();
      }
      if (!retries.again(source.name(), reason, asked)) {
        long kept = Files.exists(part) ? Files.size(part) : 0;
        throw new CheckpointException(
            "%s could not be fetched from %s: %s%s"
                .formatted(
                    source.name(),
                    source.uri(),
                    reason,
                    kept == 0
                        ? ""
                        : ". What has come is kept (%d bytes); the same command goes on from there"
                            .formatted(kept)));
      }
    }
  }

  /** Writing failed, which trying again does not help. */
  private static final class DiskException extends IOException {
    private final IOException disk;

    DiskException(IOException disk) {
      super(disk);
      this.disk = disk;
    }

    IOException cause() {
      return disk;
    }
  }

  private void receive(HubResponse answer, Path part, long before) throws IOException {
    boolean goesOn = answer.status() == 206 && startsAt(answer, before);
    if (answer.status() == 206 && !goesOn) {
      throw new IOException(
          "requested bytes from %d on, received %s"
              .formatted(before, answer.header("content-range").orElse("others")));
    }
    long done = goesOn ? before : 0;
    long total = source.size() >= 0 ? source.size() : total(answer, done);
    try (FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        StallGuard guard = new StallGuard(answer.body(), patience.stall())) {
      out.truncate(done).position(done);
      listener.progressed(source.name(), done, total);
      byte[] buffer = new byte[1 << 16];
      for (int n = answer.body().read(buffer); n >= 0; n = answer.body().read(buffer)) {
        guard.alive();
        write(out, buffer, n);
        done += n;
        if (total >= 0 && done > total) {
          break; // more than announced; the size check reports it
        }
        listener.progressed(source.name(), done, total);
      }
      force(out);
    }
    if (total >= 0 && done < total) {
      throw new IOException("cut after %d of %d bytes".formatted(done, total));
    }
  }

  private static boolean startsAt(HubResponse answer, long from) {
    return answer.header("content-range").orElse("").matches("bytes " + from + "-.*");
  }

  private static long total(HubResponse answer, long from) {
    long rest = answer.number("content-length");
    return rest < 0 ? -1 : from + rest;
  }

  private static void write(FileChannel out, byte[] bytes, int count) throws DiskException {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
    } catch (IOException e) {
      throw new DiskException(e);
    }
  }

  private static void force(FileChannel out) throws DiskException {
    try {
      out.force(true);
    } catch (IOException e) {
      throw new DiskException(e);
    }
  }

  private void requireSpace(Path part, long before) throws IOException {
    long needed = source.size() - before;
    FileStore disk = Files.getFileStore(part.toAbsolutePath().getParent());
    long free = disk.getUsableSpace();
    if (source.size() >= 0 && free < needed) {
      throw new CheckpointException(
          "%s needs %d MiB, but %s has %d MiB left. Free space there, or choose another disk (for models HF_HOME does)"
              .formatted(
                  source.name(),
                  (needed >> 20) + 1,
                  part.toAbsolutePath().getParent(),
                  free >> 20));
    }
  }
}
