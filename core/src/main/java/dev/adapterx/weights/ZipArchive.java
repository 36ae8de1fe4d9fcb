package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Random access into a zip file, so that stored entries are mapped and not copied (which {@link
 * java.util.zip.ZipFile} cannot do). Zip64 is supported; encryption and spanning are not.
 *
 * <p>Source: PKWARE, <a
 * href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT</a>. The checksum
 * of inflated entries is verified, that of stored ones is not: it would mean reading every byte.
 */
final class ZipArchive {
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int MAX_ENTRIES = 250_000;

  /** One entry of the directory. */
  record Entry(
      String name, int flags, int method, int crc, long compressed, long size, long header) {}

  private final FileBytes file;
  private final MemoryBudget budget;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * Reads the directory.
   *
   * @throws CheckpointException when the file is no zip, or is truncated
   */
  ZipArchive(FileBytes file) {
    this.file = file;
    this.budget = new MemoryBudget(file.toString(), file.size());
    var directory = ZipDirectoryEnd.find(file);
    if (directory.entries() > MAX_ENTRIES) {
      throw new CheckpointException(
          "%s: %s zip entries, expected %d at most"
              .formatted(file, Long.toUnsignedString(directory.entries()), MAX_ENTRIES));
    }
    ByteBuffer bytes = file.slice(directory.offset(), directory.size(), "the zip directory");
    for (long i = 0; i < directory.entries(); i++) {
      Entry entry = readEntry(bytes);
      if (entries.put(entry.name(), entry) != null) {
        throw new CheckpointException(file + ": two zip entries named '" + entry.name() + "'");
      }
    }
  }

  FileBytes file() {
    return file;
  }

  MemoryBudget budget() {
    return budget;
  }

  /** By name, in the directory's order. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** An entry's bytes: mapped when stored, inflated when deflated. */
  ByteBuffer contents(Entry entry) {
    return entry.method() == STORED ? range(entry, 0, entry.size()) : inflate(entry);
  }

  /** A part of an entry, which must be {@linkplain #isStored stored}. */
  ByteBuffer range(Entry entry, long offset, long length) {
    String what = what(entry);
    if (offset < 0 || length < 0 || offset > entry.size() || length > entry.size() - offset) {
      throw new CheckpointException(
          "%s: %s has %d bytes, expected %d from %d on"
              .formatted(file, what, entry.size(), length, offset));
    }
    return file.slice(dataOffset(entry) + offset, length, what);
  }

  boolean isStored(Entry entry) {
    return entry.method() == STORED;
  }

  private Entry readEntry(ByteBuffer in) {
    if (in.remaining() < 46 || in.getInt(in.position()) != CENTRAL) {
      throw new CheckpointException(file + ": the zip directory is damaged; fetch the file again");
    }
    int at = in.position();
    int nameLength = Short.toUnsignedInt(in.getShort(at + 28));
    int extraLength = Short.toUnsignedInt(in.getShort(at + 30));
    int commentLength = Short.toUnsignedInt(in.getShort(at + 32));
    int total = 46 + nameLength + extraLength + commentLength;
    if (in.remaining() < total) {
      throw new CheckpointException(file + ": the zip directory is damaged; fetch the file again");
    }
    byte[] name = new byte[nameLength];
    in.get(at + 46, name);
    long[] wide = {
      Integer.toUnsignedLong(in.getInt(at + 24)), // size
      Integer.toUnsignedLong(in.getInt(at + 20)), // compressed size
      Integer.toUnsignedLong(in.getInt(at + 42)) // offset of the local header
    };
    widen(wide, in.slice(at + 46 + nameLength, extraLength).order(in.order()));
    in.position(at + total);
    return new Entry(
        new String(name, StandardCharsets.UTF_8),
        Short.toUnsignedInt(in.getShort(at + 8)),
        Short.toUnsignedInt(in.getShort(at + 10)),
        in.getInt(at + 16),
        wide[1],
        wide[0],
        wide[2]);
  }

  /**
   * Replaces values that did not fit 32 bits by those of the zip64 extra field, which come in
   * order.
   */
  private static void widen(long[] values, ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
      extra.position(extra.position() + length);
      if (id == 1) {
        for (int i = 0; i < values.length; i++) {
          if (values[i] == 0xFFFFFFFFL && field.remaining() >= 8) {
            values[i] = field.getLong();
          }
        }
      }
    }
  }

  private long dataOffset(Entry entry) {
    ByteBuffer local = file.slice(entry.header(), 30, "the header of " + what(entry));
    if (local.getInt(0) != LOCAL) {
      throw new CheckpointException(
          "%s: %s is not where the zip directory says (byte %d); the file is damaged: fetch it again"
              .formatted(file, what(entry), entry.header()));
    }
    boolean encrypted = (entry.flags() & 1) != 0;
    if (encrypted || (entry.method() != STORED && entry.method() != DEFLATED)) {
      throw new CheckpointException(
          "%s: %s is %s, expected stored or deflated"
              .formatted(
                  file,
                  what(entry),
                  encrypted ? "encrypted" : "packed by method " + entry.method()));
    }
    return entry.header()
        + 30
        + Short.toUnsignedInt(local.getShort(26))
        + Short.toUnsignedInt(local.getShort(28));
  }

  private ByteBuffer inflate(Entry entry) {
    String what = what(entry);
    ByteBuffer packed = file.slice(dataOffset(entry), entry.compressed(), what);
    if (entry.size() < 0) {
      throw new CheckpointException(file + ": " + what + " declares an impossible size");
    }
    ByteBuffer out = budget.allocate(entry.size(), what);
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      int added = 1;
      while (added > 0 && out.hasRemaining()) {
        added = inflater.inflate(out);
      }
      boolean more = !out.hasRemaining() && inflater.inflate(new byte[1]) > 0;
      if (out.hasRemaining() || more) {
        throw new CheckpointException(
            "%s: %s declares %d bytes, found %s; the file is damaged or hostile"
                .formatted(file, what, entry.size(), more ? "more" : out.position()));
      }
    } catch (DataFormatException e) {
      throw new CheckpointException(
          "%s: %s is damaged (%s); fetch the file again".formatted(file, what, e.getMessage()), e);
    } finally {
      inflater.end();
    }
    CRC32 crc = new CRC32();
    crc.update(out.flip());
    if ((int) crc.getValue() != entry.crc()) {
      throw new CheckpointException(
          file + ": " + what + " has a wrong checksum; fetch the file again");
    }
    return out.rewind();
  }

  private static String what(Entry entry) {
    return "entry '" + entry.name() + "'";
  }

  /** The entry of this name, if there is one. */
  @Nullable Entry entry(String name) {
    return entries.get(name);
  }
}
