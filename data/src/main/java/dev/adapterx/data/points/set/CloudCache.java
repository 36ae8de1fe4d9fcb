package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * A cache of clouds that are slow to read, in one random-access file: a header ({@code AXCLOUDS},
 * version, SHA-256 of the source, number of clouds), then for each cloud its number of points, the
 * CRC-32C of its bytes and its float32 coordinates, all little-endian. It is written atomically and
 * created again when the source has changed.
 */
final class CloudCache {
  private static final byte[] MAGIC = "AXCLOUDS".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int SHA = 32;
  private static final int HEADER = MAGIC.length + 4 + SHA + 4;
  private static final int RECORD = 8;
  private static final int AT_ONCE = 64;

  private final Path file;
  private final long[] offsets;

  private CloudCache(Path file, long[] offsets) {
    this.file = file;
    this.offsets = offsets;
  }

  /**
   * The cache, created from the source unless a valid one exists.
   *
   * @param fingerprint SHA-256 of everything the clouds depend on
   * @param source cloud i as (N, 3) in one row; called by several threads
   */
  static CloudCache of(Path file, byte[] fingerprint, int count, IntFunction<float[]> source) {
    Optional<CloudCache> valid = opened(file, fingerprint, count);
    if (valid.isPresent()) {
      return valid.get();
    }
    WholeFile.write(file, out -> write(out, fingerprint, count, source));
    return opened(file, fingerprint, count)
        .orElseThrow(() -> new DataException(file + " changed while it was made; try again"));
  }

  /** Cloud i. */
  float[] cloud(int i) {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = read(in, offsets[i], RECORD);
      int points = head.getInt();
      int crc = head.getInt();
      if (12L * points != offsets[i + 1] - offsets[i] - RECORD) {
        throw changed(i);
      }
      ByteBuffer data = read(in, offsets[i] + RECORD, 12 * points);
      if (crc(data.duplicate()) != crc) {
        throw changed(i);
      }
      float[] xyz = new float[3 * points];
      data.asFloatBuffer().get(xyz);
      return xyz;
    } catch (IOException e) {
      throw new DataException("Could not read cloud " + i + " of " + file + ": " + Reason.of(e), e);
    }
  }

  private DataException changed(int i) {
    return new DataException(
        file + ": cloud " + i + " is damaged. Delete the file, it is made anew from the source");
  }

  private static Optional<CloudCache> opened(Path file, byte[] fingerprint, int count) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = in.size();
      if (size < HEADER
          || !read(in, 0, HEADER).equals(ByteBuffer.wrap(header(fingerprint, count)))) {
        return Optional.empty();
      }
      long[] offsets = new long[count + 1];
      offsets[0] = HEADER;
      for (int i = 0; i < count; i++) {
        int points = offsets[i] + RECORD > size ? 0 : read(in, offsets[i], RECORD).getInt();
        offsets[i + 1] = offsets[i] + RECORD + 12L * points;
        if (points <= 0 || points > CloudText.MOST_POINTS || offsets[i + 1] > size) {
          return Optional.empty();
        }
      }
      return offsets[count] == size ? Optional.of(new CloudCache(file, offsets)) : Optional.empty();
    } catch (IOException e) {
      throw new DataException("Could not read the cache " + file + ": " + Reason.of(e), e);
    }
  }

  private static void write(
      OutputStream out, byte[] fingerprint, int count, IntFunction<float[]> source)
      throws IOException {
    out.write(header(fingerprint, count));
    for (int from = 0; from < count; from += AT_ONCE) {
      int to = Math.min(count, from + AT_ONCE);
      List<float[]> clouds = IntStream.range(from, to).parallel().mapToObj(source).toList();
      for (float[] xyz : clouds) {
        byte[] bytes = new byte[RECORD + 4 * xyz.length];
        ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        record.position(RECORD).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(xyz);
        record.putInt(0, xyz.length / 3).putInt(4, crc(record));
        out.write(bytes);
      }
    }
  }

  private static byte[] header(byte[] fingerprint, int count) {
    byte[] bytes = new byte[HEADER];
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).putInt(VERSION).put(fingerprint, 0, SHA).putInt(count);
    return bytes;
  }

  private static ByteBuffer read(FileChannel in, long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (in.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("it ends at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  private static int crc(ByteBuffer data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return (int) crc.getValue();
  }
}
