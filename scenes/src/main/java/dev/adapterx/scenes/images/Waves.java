package dev.adapterx.scenes.images;

/**
 * Sine and cosine from a table, angles in turns (1 = 360°). {@link Math#sin} may differ between
 * machines and {@link StrictMath#sin} is too slow for every pixel; the table's error is less than
 * 4e-7.
 */
final class Waves {
  private static final int STEPS = 4096;
  private static final double[] TABLE = table();

  private Waves() {}

  static double sin(double turns) {
    double at = (turns - Math.floor(turns)) * STEPS;
    int left = (int) at;
    double low = TABLE[left];
    return low + (TABLE[left + 1] - low) * (at - left);
  }

  static double cos(double turns) {
    return sin(turns + 0.25);
  }

  private static double[] table() {
    // One more for interpolation, one more for a fraction that rounds up to 1.
    double[] table = new double[STEPS + 2];
    for (int i = 0; i < table.length; i++) {
      table[i] = StrictMath.sin(2 * Math.PI * i / STEPS);
    }
    return table;
  }
}
