package dev.adapterx.data.points.set;

import dev.adapterx.data.Fingerprint;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Identifies a cloud by its content.
 *
 * @param exact SHA-256 of the coordinates in their order
 * @param unordered SHA-256 of the sorted points, quantised to 2^20 steps of the largest extent, and
 *     of the box: the same for the same points in any order
 */
record CloudDigest(String exact, String unordered) {
  private static final int STEPS = 1 << 20;

  static CloudDigest of(float[] xyz, Box box) {
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
    return new CloudDigest(hex(bytes), hex(sorted.flip()));
  }

  private static String hex(ByteBuffer bytes) {
    MessageDigest digest = Fingerprint.sha256();
    digest.update(bytes);
    return HexFormat.of().formatHex(digest.digest());
  }
}
