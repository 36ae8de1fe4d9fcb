package dev.adapterx.scenes.draw;

import dev.adapterx.base.Rng;

/** Draws from simple distributions, the same on every JDK. */
public final class Draw {
  private static final double SQRT_3 = StrictMath.sqrt(3);

  private Draw() {}

  /** Uniform in {@code [from, to)}. */
  public static double uniform(Rng rng, double from, double to) {
    return from + (to - from) * rng.nextDouble();
  }

  /** Uniform in the logarithm: every octave between {@code from} and {@code to} equally likely. */
  public static double logUniform(Rng rng, double from, double to) {
    return from * StrictMath.exp(rng.nextDouble() * StrictMath.log(to / from));
  }

  /** A whole number from {@code from} to {@code to}, both included. */
  public static int whole(Rng rng, int from, int to) {
    return from + rng.nextInt(to - from + 1);
  }

  public static boolean chance(Rng rng, double probability) {
    return rng.nextDouble() < probability;
  }

  public static <T extends Enum<T>> T one(Rng rng, T[] values) {
    return values[rng.nextInt(values.length)];
  }

  /**
   * Nearly normal, mean 0 and standard deviation 1: the sum of four uniforms out of one draw
   * (Irwin–Hall). Made for pixel noise, where {@link Rng#nextGaussian} would cost more than the
   * rest of the image.
   */
  public static double grain(Rng rng) {
    long bits = rng.nextLong();
    long sum =
        (bits & 0xFFFF) + ((bits >>> 16) & 0xFFFF) + ((bits >>> 32) & 0xFFFF) + (bits >>> 48);
    return (sum / 65536.0 - 2) * SQRT_3;
  }
}
