package dev.adapterx.data.points.format;

import java.io.IOException;
import java.nio.ByteOrder;

/** The types of numbers in binary files. */
enum Scalar {
  INT8(1),
  UINT8(1),
  INT16(2),
  UINT16(2),
  INT32(4),
  UINT32(4),
  INT64(8),
  UINT64(8),
  FLOAT16(2),
  FLOAT32(4),
  FLOAT64(8);

  private final int bytes;

  Scalar(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  double read(Source source, ByteOrder order) throws IOException {
    long bits = source.bits(bytes, order);
    return switch (this) {
      case INT8 -> (byte) bits;
      case INT16 -> (short) bits;
      case INT32 -> (int) bits;
      case UINT8, UINT16, UINT32, INT64 -> bits;
      case UINT64 -> bits >= 0 ? bits : bits + 0x1p64;
      case FLOAT16 -> half((int) bits);
      case FLOAT32 -> Float.intBitsToFloat((int) bits);
      case FLOAT64 -> Double.longBitsToDouble(bits);
    };
  }

  /** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */
  private static double half(int bits) {
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double size =
        exponent == 0x1F
            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
            : exponent == 0
                ? fraction * 0x1p-24
                : (0x400 + fraction) * Math.scalb(1.0, exponent - 25);
    return (bits & 0x8000) == 0 ? size : -size;
  }
}
