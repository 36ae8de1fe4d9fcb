package dev.adapterx.data.points.set;

import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.check.Content;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Identifies a cloud by its content. */
final class CloudDigest {
  private static final int STEPS = 1 << 20;

  private CloudDigest() {}

  /**
   * The digests of a cloud. The key is the SHA-256 of the sorted points, quantised to 2^20 steps of
   * the largest extent, and of the box: the same for the same points in any order. {@code exact} is
   * the SHA-256 of the coordinates in their order.
   */
  static Content of(float[] xyz, Box box) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * xyz.length);
    bytes.asFloatBuffer().put(xyz);
    long[] keys = new long[xyz.length / 3];
    double extent = Math.max(box.extent(), Float.MIN_VALUE);
    for (int i = 0; i < xyz.length; i++) {
      long step = Math.round((xyz[i] - (double) box.low(i % 3)) / extent * STEPS);
      keys[i / 3] = keys[i / 3] << 21 | step;
    }
    Arrays.sort(keys);
    ByteBuffer sorted = ByteBuffer.allocate(8 * keys.length + 24);
    for (long key : keys) {
      sorted.putLong(key);
    }
    for (int axis = 0; axis < 3; axis++) {
      sorted.putFloat(box.low(axis)).putFloat(box.high(axis));
    }
    return new Content(hex(sorted.flip()), Optional.of(hex(bytes)));
  }

  private static String hex(ByteBuffer bytes) {
    MessageDigest digest = Fingerprint.sha256();
    digest.update(bytes);
    return HexFormat.of().formatHex(digest.digest());
  }
}
