package dev.adapterx.data.image.vp8;

/** Transforms coefficients to residuals, in the fixed point of RFC 6386, section 14. */
final class Transforms {
  /** 16-bit fixed-point values of sqrt(2) cos(pi / 8) - 1 and sqrt(2) sin(pi / 8). */
  private static final int COS = 20091;

  private static final int SIN = 35468;

  private Transforms() {}

  /** The first coefficients of 16 blocks from their own transform. */
  static void firstCoefficients(int[] in, int[] out) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a0 = in[i] + in[12 + i];
      int a1 = in[4 + i] + in[8 + i];
      int a2 = in[4 + i] - in[8 + i];
      int a3 = in[i] - in[12 + i];
      t[i] = a0 + a1;
      t[4 + i] = a3 + a2;
      t[8 + i] = a0 - a1;
      t[12 + i] = a3 - a2;
    }
    for (int i = 0; i < 4; i++) {
      int first = t[4 * i] + 3;
      int a0 = first + t[4 * i + 3];
      int a1 = t[4 * i + 1] + t[4 * i + 2];
      int a2 = t[4 * i + 1] - t[4 * i + 2];
      int a3 = first - t[4 * i + 3];
      out[64 * i] = (a0 + a1) >> 3;
      out[64 * i + 16] = (a3 + a2) >> 3;
      out[64 * i + 32] = (a0 - a1) >> 3;
      out[64 * i + 48] = (a3 - a2) >> 3;
    }
  }

  /** Adds a block's residuals to its prediction. */
  static void add(int[] in, int from, Plane plane, int at) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int first = in[from + i];
      int second = in[from + 4 + i];
      int third = in[from + 8 + i];
      int fourth = in[from + 12 + i];
      int c = sine(second) - cosine(fourth);
      int d = cosine(second) + sine(fourth);
      t[4 * i] = first + third + d;
      t[4 * i + 1] = first - third + c;
      t[4 * i + 2] = first - third - c;
      t[4 * i + 3] = first + third - d;
    }
    for (int y = 0; y < 4; y++) {
      int first = t[y] + 4;
      int a = first + t[8 + y];
      int b = first - t[8 + y];
      int c = sine(t[4 + y]) - cosine(t[12 + y]);
      int d = cosine(t[4 + y]) + sine(t[12 + y]);
      int row = at + y * plane.stride;
      plane.set(row, plane.get(row) + ((a + d) >> 3));
      plane.set(row + 1, plane.get(row + 1) + ((b + c) >> 3));
      plane.set(row + 2, plane.get(row + 2) + ((b - c) >> 3));
      plane.set(row + 3, plane.get(row + 3) + ((a - d) >> 3));
    }
  }

  private static int cosine(int a) {
    return ((a * COS) >> 16) + a;
  }

  private static int sine(int a) {
    return (a * SIN) >> 16;
  }
}
