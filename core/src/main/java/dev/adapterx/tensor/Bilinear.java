package dev.adapterx.tensor;

/**
 * Bilinear enlarging as a matrix of two numbers a row, without corners aligned: sample {@code (i +
 * ½) · n/N - ½}, as upsample_bilinear2d and ONNX's half pixels have it.
 */
public final class Bilinear {
  private Bilinear() {}

  /** Of n = {@code from} samples to N = {@code to}, (N, n) row by row. */
  public static float[] matrix(int from, int to) {
    float[] values = new float[Math.multiplyExact(from, to)];
    float scale = (float) from / to;
    for (int i = 0; i < to; i++) {
      float at = Math.max(0, (i + 0.5f) * scale - 0.5f);
      int first = (int) at;
      int second = Math.min(from - 1, first + 1);
      values[i * from + first] += 1 - (at - first);
      values[i * from + second] += at - first;
    }
    return values;
  }
}
