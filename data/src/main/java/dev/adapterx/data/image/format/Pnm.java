package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;

/**
 * Netpbm images: bits, grey and colour, as text (P1, P2, P3) or binary (P4, P5, P6), up to 16 bits
 * a sample. A sample v of largest value m becomes 255 v / m, rounded half to even.
 *
 * <p>https://netpbm.sourceforge.net/doc/pnm.html
 */
final class Pnm {
  private static final int LARGEST = 0xFFFF;

  private final byte[] content;
  private final int kind;
  private int at = 2;

  private Pnm(byte[] content) {
    this.content = content;
    this.kind = content[1] - '0';
  }

  static boolean recognises(byte[] content) {
    return content.length > 2
        && content[0] == 'P'
        && content[1] >= '1'
        && content[1] <= '6'
        && (isSpace(content[2]) || content[2] == '#');
  }

  static RgbImage rgb(byte[] content) {
    return new Pnm(content).read();
  }

  private RgbImage read() {
    int width = number("width", Integer.MAX_VALUE);
    int height = number("height", Integer.MAX_VALUE);
    boolean bits = kind == 1 || kind == 4;
    int most = bits ? 1 : number("largest value", LARGEST);
    if (most < 1) {
      throw new DataException("it is damaged: its largest value is 0");
    }
    boolean text = kind <= 3;
    int perPixel = kind == 3 || kind == 6 ? 3 : 1;
    ImageLimits.require(width, height);
    if (!text) {
      at++; // one white space, then the samples
    }
    long row = bits ? ((long) width + 7) / 8 : (long) width * perPixel * (most > 255 ? 2 : 1);
    long needed = text ? (long) width * height * perPixel : row * height;
    if (needed > content.length - at) {
      throw new DataException(
          "it is truncated: %d x %d pixels need at least %d bytes, found %d"
              .formatted(width, height, needed, Math.max(0, content.length - at)));
    }
    byte[] pixels = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width * perPixel; x++) {
        byte level = level(bits ? bit(x) : text ? number("sample", most) : binary(most), most);
        for (int copy = perPixel; copy <= 3; copy++) {
          pixels[out++] = level;
        }
      }
      if (kind == 4) {
        at += (width + 7) / 8;
      }
    }
    return new RgbImage(width, height, pixels);
  }

  private static byte level(int value, int most) {
    if (most == 255) {
      return (byte) value;
    }
    return (byte) Math.min(255, (int) Math.rint((double) value / most * 255));
  }

  /** White is 0 in these files. */
  private int bit(int x) {
    if (kind == 4) {
      return 1 - ((content[at + x / 8] >> (7 - x % 8)) & 1);
    }
    skipSpace();
    int digit = at < content.length ? content[at++] - '0' : -1;
    if (digit != 0 && digit != 1) {
      throw damaged("a bit");
    }
    return 1 - digit;
  }

  private int binary(int most) {
    int high = content[at++] & 0xFF;
    return most > 255 ? (high << 8) | (content[at++] & 0xFF) : high;
  }

  private int number(String what, int most) {
    skipSpace();
    long value = 0;
    int from = at;
    while (at < content.length && content[at] >= '0' && content[at] <= '9') {
      value = 10 * value + content[at++] - '0';
      if (value > most) {
        throw new DataException("it is damaged: its %s is more than %d".formatted(what, most));
      }
    }
    if (at == from) {
      throw damaged("its " + what);
    }
    return (int) value;
  }

  private DataException damaged(String expected) {
    return new DataException(
        at >= content.length
            ? "it is truncated: it ends where " + expected + " should be"
            : "it is damaged: expected " + expected + " at byte " + at);
  }

  /** Comments reach from # to the end of the line. */
  private void skipSpace() {
    while (at < content.length && (isSpace(content[at]) || content[at] == '#')) {
      if (content[at] == '#') {
        while (at < content.length && content[at] != '\n' && content[at] != '\r') {
          at++;
        }
      } else {
        at++;
      }
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }
}
