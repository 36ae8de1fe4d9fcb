package dev.adapterx.data.image.vp8;

import dev.adapterx.base.DataException;

/** Arithmetic decoding of bits of known probability: RFC 6386, section 7. */
final class BoolDecoder {
  /** An encoder may leave out zeros at the end. */
  private static final int MOST_MISSING = 8;

  private final byte[] content;
  private final int end;
  private int at;
  private int missing;
  private int value;
  private int range = 255;
  private int bits;

  BoolDecoder(byte[] content, int from, int end) {
    this.content = content;
    this.at = from;
    this.end = end;
    this.value = (next() << 8) | next();
  }

  private int next() {
    if (at < end) {
      return content[at++] & 0xFF;
    }
    if (++missing > MOST_MISSING) {
      throw new DataException("it is truncated: its image data end too early");
    }
    return 0;
  }

  /** A bit that is 0 with a probability of {@code probability / 256}. */
  boolean bit(int probability) {
    int split = 1 + (((range - 1) * probability) >> 8);
    boolean one = value >= (split << 8);
    if (one) {
      range -= split;
      value -= split << 8;
    } else {
      range = split;
    }
    while (range < 128) {
      value <<= 1;
      range <<= 1;
      if (++bits == 8) {
        bits = 0;
        value |= next();
      }
    }
    return one;
  }

  boolean flag() {
    return bit(128);
  }

  /** A number of {@code length} bits. */
  int number(int length) {
    int number = 0;
    for (int i = 0; i < length; i++) {
      number = 2 * number + (flag() ? 1 : 0);
    }
    return number;
  }

  /** A number and its sign. */
  int signed(int length) {
    int number = number(length);
    return flag() ? -number : number;
  }

  /** A signed number, or 0 if a flag marks it as absent. */
  int optional(int length) {
    return flag() ? signed(length) : 0;
  }
}
