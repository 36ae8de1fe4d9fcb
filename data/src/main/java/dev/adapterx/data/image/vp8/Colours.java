package dev.adapterx.data.image.vp8;

/**
 * Planes to red, green, blue as libwebp does: chroma of half the size interpolated with weights 9,
 * 3, 3, 1, then BT.601 in fixed point.
 */
final class Colours {
  private Colours() {}

  static byte[] rgb(Plane luma, Plane blue, Plane red, int width, int height) {
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] u = new int[width];
    int[] v = new int[width];
    int last = (height - 1) / 2;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.max(0, Math.min(last, y % 2 == 0 ? near - 1 : near + 1));
      row(blue, near, far, u);
      row(red, near, far, v);
      for (int x = 0; x < width; x++) {
        int light = high(luma.get(luma.at(x, y)), 19077);
        int at = 3 * (y * width + x);
        rgb[at] = level(light + high(v[x], 26149) - 14234);
        rgb[at + 1] = level(light - high(u[x], 6419) - high(v[x], 13320) + 8708);
        rgb[at + 2] = level(light + high(u[x], 33050) - 17685);
      }
    }
    return rgb;
  }

  private static int high(int sample, int factor) {
    return (sample * factor) >> 8;
  }

  private static byte level(int value) {
    return Plane.clip(value >> 6);
  }

  /** One row of chroma at full width, from its own row and the next nearest. */
  private static void row(Plane plane, int near, int far, int[] out) {
    int last = (out.length - 1) / 2;
    for (int x = 0; x < out.length; x++) {
      int column = x / 2;
      int n = plane.get(plane.at(column, near));
      int f = plane.get(plane.at(column, far));
      int next = x % 2 == 0 ? column - 1 : column + 1;
      if (next < 0 || next > last) {
        out[x] = (3 * n + f + 2) >> 2;
        continue;
      }
      int nn = plane.get(plane.at(next, near));
      int nf = plane.get(plane.at(next, far));
      // Rounded in two steps: the neighbours on the diagonal across, then the sample itself.
      int across = (n + nn + f + nf + 8 + 2 * (nn + f)) >> 3;
      out[x] = (across + n) >> 1;
    }
  }
}
