package dev.adapterx.testing;

import dev.adapterx.base.Rng;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Damaged copies of a file, each named by its number: bits flipped, bytes and numbers set to the
 * edges of their ranges, pieces cut off, doubled, left out and moved, numbers and brackets of text
 * exchanged for others. The same seed gives the same mutants on every machine.
 */
public final class Mutants {
  private static final int[] EDGES = {0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF};

  private static final String[] TOKENS = {
    "",
    "-1",
    "0",
    "1",
    "-0.0",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "9223372036854775807",
    "99999999999999999999",
    "1e308",
    "-1e999",
    "1e-400",
    "NaN",
    "inf",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "'x'",
    "~",
    "..",
    "../../x",
    "\u0000",
    "é",
    "\uD83D\uDE00"
  };

  private static final String STRUCTURE = "0123456789-+.eE \n\r\t#,;:/\\'\"[]{}()<>&*!|%@=ax_";
  private static final String NESTING = "[{(-&'\"a0 \n\t,";
  private static final int LONGEST_RUN = 3000;

  private final byte[] original;
  private final Rng rng;
  private final boolean text;

  /**
   * Mutants of a file.
   *
   * @param original not empty
   * @param rng the seed; which numbers were drawn from it does not matter
   */
  public Mutants(byte[] original, Rng rng) {
    this.original = original.clone();
    this.rng = rng;
    this.text = isText(original);
  }

  /** Mutant number {@code i}; never empty. */
  public byte[] at(int i) {
    Rng own = rng.at(i);
    byte[] bytes = original.clone();
    int changes = 1 + own.nextInt(3);
    for (int c = 0; c < changes; c++) {
      boolean asText = text ? own.nextInt(4) > 0 : own.nextInt(12) == 0;
      bytes = asText ? textChange(bytes, own) : byteChange(bytes, own);
    }
    return bytes;
  }

  private byte[] byteChange(byte[] bytes, Rng own) {
    int at = own.nextInt(bytes.length);
    switch (own.nextInt(12)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << own.nextInt(8));
      case 2 -> bytes[at] = (byte) own.nextInt(256);
      case 3 -> bytes[at] = (byte) EDGES[own.nextInt(EDGES.length)];
      case 4, 5 -> number(bytes, at, own);
      case 6 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) 0);
      case 7 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xFF);
      case 8 -> {
        int from = own.nextInt(original.length);
        int most = Math.min(original.length - from, bytes.length - at);
        System.arraycopy(original, from, bytes, at, Math.min(1 + own.nextInt(32), most));
      }
      case 9 -> {
        int length = Math.min(1 + own.nextInt(64), bytes.length - at);
        return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      }
      case 10 -> {
        int end = Math.min(bytes.length, at + 1 + own.nextInt(64));
        return end - at == bytes.length ? bytes : spliced(bytes, at, end, new byte[0]);
      }
      default -> {
        return Arrays.copyOf(bytes, Math.max(1, at));
      }
    }
    return bytes;
  }

  /**
   * A number of 2, 4 or 8 bytes in either order: an edge of its range, the file's size, or near.
   */
  private static void number(byte[] bytes, int at, Rng own) {
    int width = 2 << own.nextInt(3);
    if (at + width > bytes.length) {
      return;
    }
    ByteBuffer field = ByteBuffer.wrap(bytes, at, width);
    field.order(own.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long old = width == 2 ? field.getShort(at) : width == 4 ? field.getInt(at) : field.getLong(at);
    long value =
        switch (own.nextInt(8)) {
          case 0 -> -1;
          case 1 -> Long.MAX_VALUE >>> (64 - 8 * width);
          case 2 -> 1L << (8 * width - 1);
          case 3 -> bytes.length;
          case 4 -> (long) bytes.length + own.nextInt(9) - 4;
          case 5 -> 1L << own.nextInt(8 * width);
          default -> old + own.nextInt(9) - 4;
        };
    switch (width) {
      case 2 -> field.putShort(at, (short) value);
      case 4 -> field.putInt(at, (int) value);
      default -> field.putLong(at, value);
    }
  }

  private byte[] textChange(byte[] bytes, Rng own) {
    int at = own.nextInt(bytes.length);
    switch (own.nextInt(6)) {
      case 0 -> {
        bytes[at] = (byte) STRUCTURE.charAt(own.nextInt(STRUCTURE.length()));
        return bytes;
      }
      case 1 -> {
        char c = NESTING.charAt(own.nextInt(NESTING.length()));
        int length = 1 + own.nextInt(own.nextInt(8) == 0 ? LONGEST_RUN : 8);
        return spliced(bytes, at, at, String.valueOf(c).repeat(length).getBytes(UTF8));
      }
      case 2 -> {
        int from = lineStart(bytes, own.nextInt(bytes.length));
        int to = lineEnd(bytes, from);
        return spliced(bytes, lineStart(bytes, at), lineStart(bytes, at), copy(bytes, from, to));
      }
      case 3 -> {
        int from = lineStart(bytes, at);
        int to = lineEnd(bytes, at);
        return to - from == bytes.length ? bytes : spliced(bytes, from, to, new byte[0]);
      }
      default -> {
        int from = at;
        while (from > 0 && isWord(bytes[from - 1])) {
          from--;
        }
        int to = at;
        while (to < bytes.length && isWord(bytes[to])) {
          to++;
        }
        byte[] token = TOKENS[own.nextInt(TOKENS.length)].getBytes(UTF8);
        return to - from == bytes.length && token.length == 0
            ? bytes
            : spliced(bytes, from, to, token);
      }
    }
  }

  private static final java.nio.charset.Charset UTF8 = StandardCharsets.UTF_8;

  private static byte[] copy(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** With {@code between} in the place of the bytes from {@code from} to {@code to}. */
  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    byte[] out = new byte[bytes.length - (to - from) + between.length];
    System.arraycopy(bytes, 0, out, 0, from);
    System.arraycopy(between, 0, out, from, between.length);
    System.arraycopy(bytes, to, out, from + between.length, bytes.length - to);
    return out;
  }

  private static int lineStart(byte[] bytes, int at) {
    int start = at;
    while (start > 0 && bytes[start - 1] != '\n') {
      start--;
    }
    return start;
  }

  private static int lineEnd(byte[] bytes, int at) {
    int end = at;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return Math.min(bytes.length, end + 1);
  }

  private static boolean isWord(byte b) {
    return Character.isLetterOrDigit(b) || b == '.' || b == '-' || b == '_' || b == '+';
  }

  private static boolean isText(byte[] bytes) {
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }
}
