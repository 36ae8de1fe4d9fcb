package dev.adapterx.train.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * TFRecord's frame, little-endian: length (8 bytes), masked CRC of the length (4), the data, masked
 * CRC of the data (4).
 */
final class TfRecord {
  private static final int MASK_DELTA = 0xA282EAD8;

  private TfRecord() {}

  /** The data in its frame, ready to be read. */
  static ByteBuffer framed(byte[] data) {
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    return ByteBuffer.allocate(8 + 4 + data.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(length)
        .putInt(masked(crc(length)))
        .put(data)
        .putInt(masked(crc(data)))
        .flip();
  }

  /** CRC-32C (Castagnoli), RFC 3720 appendix B.4. */
  static int crc(byte[] data) {
    var crc = new CRC32C();
    crc.update(data);
    return (int) crc.getValue();
  }

  /** Rotated and shifted, because the CRC of a string that contains its own CRC is degenerate. */
  static int masked(int crc) {
    return Integer.rotateRight(crc, 15) + MASK_DELTA;
  }
}
