package dev.adapterx.train.report;

/** Encodes and validates the numbers of a {@link Clouds.Cloud} for the page. */
final class CloudData {
  /** Steps from the centre to the farthest point: finer than a pixel at the displayed size. */
  static final int STEPS = 127;

  /** Groups whose index fits a byte. */
  private static final int BYTE_GROUPS = 1 << 8;

  private static final int MOST_GROUPS = 1 << 16;

  private CloudData() {}

  static void check(float[] xyz, int[] group, int[][] expert) {
    if (xyz.length == 0 || xyz.length % 3 != 0) {
      throw new IllegalArgumentException(
          "A cloud's coordinates must be (N, 3) with N >= 1; found %d numbers"
              .formatted(xyz.length));
    }
    for (int i = 0; i < xyz.length; i++) {
      if (!Float.isFinite(xyz[i])) {
        throw new IllegalArgumentException(
            "A cloud's coordinates must be finite; found %s at point %d".formatted(xyz[i], i / 3));
      }
    }
    int points = xyz.length / 3;
    if (group.length != points && (group.length > 0 || expert.length > 0)) {
      throw new IllegalArgumentException(
          "Expected a group for each of %d points; found %d".formatted(points, group.length));
    }
    if (expert.length > 0) {
      checkGroups(group, expert);
    }
  }

  private static void checkGroups(int[] group, int[][] expert) {
    int groups = expert[0].length;
    if (groups > MOST_GROUPS) {
      throw new IllegalArgumentException(
          "A cloud may have at most %d groups; found %d".formatted(MOST_GROUPS, groups));
    }
    for (int block = 0; block < expert.length; block++) {
      if (expert[block].length != groups) {
        throw new IllegalArgumentException(
            "Expected an expert for each of %d groups in each block; found %d in block %d"
                .formatted(groups, expert[block].length, block));
      }
    }
    for (int i = 0; i < group.length; i++) {
      if (group[i] < 0 || group[i] >= groups) {
        throw new IllegalArgumentException(
            "A group's index must lie within 0 … %d; found %d at point %d"
                .formatted(groups - 1, group[i], i));
      }
    }
  }

  static void checkExperts(String what, int number, int[][] expert, int blocks, int experts) {
    if (expert.length != blocks) {
      throw new IllegalArgumentException(
          "Expected the same blocks for each %1$s, %2$d as for %1$s 0; found %3$d for %1$s %4$d"
              .formatted(what, blocks, expert.length, number));
    }
    for (int block = 0; block < blocks; block++) {
      for (int index : expert[block]) {
        if (index < 0 || index >= experts) {
          throw new IllegalArgumentException(
              "Expected experts below %d; found expert %d in block %d of %s %d"
                  .formatted(experts, index, block, what, number));
        }
      }
    }
  }

  /**
   * (N, 3) quantised to bytes: the centre of the bounding box at 0, the point farthest from it at
   * {@value #STEPS}, so that the cloud fits its frame from every direction.
   */
  static byte[] quantised(float[] xyz) {
    double[] middle = middle(xyz);
    double reach = 0;
    for (int i = 0; i < xyz.length; i += 3) {
      double x = xyz[i] - middle[0];
      double y = xyz[i + 1] - middle[1];
      double z = xyz[i + 2] - middle[2];
      reach = Math.max(reach, Math.sqrt(x * x + y * y + z * z));
    }
    double scale = reach > 0 ? STEPS / reach : 0;
    byte[] steps = new byte[xyz.length];
    for (int i = 0; i < xyz.length; i++) {
      steps[i] = (byte) Math.round((xyz[i] - middle[i % 3]) * scale);
    }
    return steps;
  }

  private static double[] middle(float[] xyz) {
    double[] middle = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = axis; i < xyz.length; i += 3) {
        low = Math.min(low, xyz[i]);
        high = Math.max(high, xyz[i]);
      }
      middle[axis] = (low + high) / 2;
    }
    return middle;
  }

  /** (N): a byte each, or two, little-endian, for more groups; empty without routing. */
  static byte[] groups(int[] group, int[][] expert) {
    if (expert.length == 0) {
      return new byte[0];
    }
    int width = expert[0].length > BYTE_GROUPS ? 2 : 1;
    byte[] packed = new byte[group.length * width];
    for (int i = 0; i < group.length; i++) {
      for (int at = 0; at < width; at++) {
        packed[i * width + at] = (byte) (group[i] >> (8 * at));
      }
    }
    return packed;
  }

  /** (L, G): a byte each. */
  static byte[] experts(int[][] expert) {
    int groups = expert.length == 0 ? 0 : expert[0].length;
    byte[] packed = new byte[expert.length * groups];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (byte) expert[i / groups][i % groups];
    }
    return packed;
  }
}
