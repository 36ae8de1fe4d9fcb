package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;

/**
 * Decompression of LZF (Lehmann, LibLZF): a control byte {@code c < 32} is followed by {@code c +
 * 1} bytes to copy; otherwise its upper three bits are a length (7: one more byte is added), its
 * lower five and the next byte a distance backwards, and {@code length + 2} bytes repeat from
 * there.
 */
final class Lzf {
  /** The most bytes that one compressed byte can stand for: three for 264. */
  static final int MOST_RATIO = 88;

  private final byte[] in;
  private final byte[] out;
  private int read;
  private int written;

  private Lzf(byte[] in, int length) {
    this.in = in;
    this.out = new byte[length];
  }

  /**
   * Decompresses to a known length.
   *
   * @throws DataException when it has another length or refers to bytes before its beginning
   */
  static byte[] decompress(byte[] in, int length) {
    Lzf lzf = new Lzf(in, length);
    while (lzf.read < in.length) {
      lzf.step();
    }
    if (lzf.written != length) {
      throw lzf.broken("gives %d bytes, expected %d".formatted(lzf.written, length));
    }
    return lzf.out;
  }

  private void step() {
    int control = next();
    if (control < 32) {
      int length = control + 1;
      if (length > in.length - read) {
        throw broken("ends within a run of %d bytes".formatted(length));
      }
      requireRoom(length);
      System.arraycopy(in, read, out, written, length);
      read += length;
      written += length;
      return;
    }
    int length = (control >> 5) + 2;
    if (length == 9) {
      length += next();
    }
    int from = written - ((control & 0x1F) << 8 | next()) - 1;
    if (from < 0) {
      throw broken("refers back before its beginning");
    }
    requireRoom(length);
    for (int i = 0; i < length; i++) { // overlaps deliberately: repeats what it has just written
      out[written++] = out[from + i];
    }
  }

  private int next() {
    if (read == in.length) {
      throw broken("ends within a step");
    }
    return in[read++] & 0xFF;
  }

  private void requireRoom(int length) {
    if (length > out.length - written) {
      throw broken("gives more than %d bytes".formatted(out.length));
    }
  }

  private DataException broken(String how) {
    return new DataException(
        "its compressed data %s (at byte %d of %d). It is damaged; write it again"
            .formatted(how, read, in.length));
  }
}
