package dev.adapterx.base;

import java.util.random.RandomGenerator;

/**
 * A stream of random numbers named by a seed and a place, for example {@code Rng.of(42,
 * "blocks.3.attn")}.
 *
 * <p>Streams of different names are independent, so construction order, thread count and batch
 * order change nothing; a stream has no hidden global state, so a resumed run only needs the seed
 * and the step number. The generator is SplitMix64 (Steele, Lea, Flood, "Fast Splittable
 * Pseudorandom Number Generators", OOPSLA 2014) and all derived distributions use {@link
 * StrictMath}: the same numbers on every machine and every JDK. Not thread-safe; not for secrets.
 */
public final class Rng implements RandomGenerator {
  /** The increment of the state before each number. */
  public static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final long name;
  private long state;

  private Rng(long name) {
    this.name = name;
    this.state = name;
  }

  /** The stream for a place under a seed. */
  public static Rng of(long seed, String place) {
    return new Rng(mix(seed + GOLDEN_GAMMA)).at(place);
  }

  /** A sub-stream named by a word. Does not depend on how many numbers were drawn from this one. */
  public Rng at(String place) {
    long hash = name;
    for (int i = 0; i < place.length(); i++) {
      hash = mix(hash ^ (place.charAt(i) + GOLDEN_GAMMA));
    }
    return new Rng(mix(hash + place.length()));
  }

  /** A sub-stream named by a number: a step, an epoch, a sample's index. */
  public Rng at(long index) {
    return new Rng(mix(mix(name ^ 0x5851F42D4C957F2DL) + (index + 1) * GOLDEN_GAMMA));
  }

  @Override
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * The current state. The k-th number from here is SplitMix64's finaliser of {@code state + k γ},
   * so that many numbers can be computed in parallel from the state alone.
   */
  public long state() {
    return state;
  }

  /** Standard normal by the Box–Muller transform. */
  @Override
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** A random order of {@code 0 … n-1} (Fisher–Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
