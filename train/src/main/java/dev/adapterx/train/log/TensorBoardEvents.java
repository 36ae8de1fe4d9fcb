package dev.adapterx.train.log;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.NewFolder;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes scalars for TensorBoard. Each call of {@link #scalars} passes one complete record to the
 * operating system at once, so a run that is killed loses nothing and leaves no partial record.
 *
 * <p>A run opened again writes a further file {@code events.out.tfevents.<seconds>.<host>} into the
 * same folder. TensorBoard joins them in the order of their names, so the seconds are always later
 * than those of earlier files, whatever the clock shows. The format is TensorFlow's <a
 * href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto">event.proto</a>
 * in <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord</a> frames.
 */
public final class TensorBoardEvents implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";
  private static final String PREFIX = "events.out.tfevents.";
  private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d{1,18})\\..*");

  private final Path file;
  private final FileChannel channel;
  private final Clock clock;

  private TensorBoardEvents(Path file, FileChannel channel, Clock clock) {
    this.file = file;
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Starts a new event file in the folder, which is created if missing.
   *
   * @throws AdapterXException naming the folder when it cannot be written
   */
  public static TensorBoardEvents open(Path folder) {
    return open(folder, Clock.systemUTC(), host());
  }

  /**
   * Continues a run: a new event file that makes TensorBoard discard earlier files' values from
   * {@code step} on.
   */
  public static TensorBoardEvents resume(Path folder, long step) {
    var events = open(folder);
    events.append(EventMessage.sessionStart(events.now(), step));
    return events;
  }

  static TensorBoardEvents open(Path folder, Clock clock, String host) {
    try {
      NewFolder.make(folder);
      long seconds = Math.max(clock.instant().getEpochSecond(), newest(folder) + 1);
      for (; ; seconds++) {
        Path file = folder.resolve(PREFIX + seconds + "." + host);
        try {
          var channel =
              FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          var events = new TensorBoardEvents(file, channel, clock);
          events.append(EventMessage.version(events.now(), VERSION));
          return events;
        } catch (FileAlreadyExistsException e) {
          // Opened twice at the same time: each gets its own file.
        }
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /** Seconds in the name of the latest file; 0: none. */
  private static long newest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(name -> Long.parseLong(name.group(1)))
          .max()
          .orElse(0);
    }
  }

  /**
   * Adds the values at a step, in the map's order, and flushes.
   *
   * @param values by tag; {@code "train/loss"} and {@code "train/accuracy"} share a section
   */
  public void scalars(long step, Map<String, Double> values) {
    append(EventMessage.scalars(now(), step, values));
  }

  /** The file being written. */
  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void append(byte[] event) {
    ByteBuffer record = TfRecord.framed(event);
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Seconds since 1970. */
  private double now() {
    return clock.millis() / 1e3;
  }

  private static AdapterXException unwritable(Path where, Exception e) {
    return new AdapterXException(
        "Could not write TensorBoard events to "
            + where
            + ": "
            + Reason.of(e)
            + ". Free space or choose another folder and try again.",
        e);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "_");
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
