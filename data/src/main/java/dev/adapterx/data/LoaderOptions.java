package dev.adapterx.data;

import dev.adapterx.base.ConfigException;

/**
 * How a {@link BatchLoader} iterates over a data set.
 *
 * @param batchSize images per batch; the last batch of an epoch may be smaller
 * @param shuffle a new order in each epoch; else the order of the data set
 * @param dropLast leave out a last batch that is not full
 * @param seed determines the order and the augmentations
 * @param threads decoding threads; the batches are the same for any number
 * @param prefetch finished batches that may wait for the consumer
 * @param cacheBytes memory for decoded pixels, which later epochs need not decode again; 0 for none
 * @param onBroken what to do about a file that cannot be decoded
 * @param brokenLimit with {@link OnBroken#SKIP}: the share of broken images, 0 … 1, above which
 *     loading fails
 */
public record LoaderOptions(
    int batchSize,
    boolean shuffle,
    boolean dropLast,
    long seed,
    int threads,
    int prefetch,
    long cacheBytes,
    OnBroken onBroken,
    double brokenLimit) {

  /** What to do about a file that cannot be decoded. */
  public enum OnBroken {
    /** Count it and take the next one instead. */
    SKIP,
    /** Stop: a result on a part of the data would not be comparable. */
    FAIL
  }

  public LoaderOptions {
    require(batchSize >= 1, "batchSize", "at least 1", batchSize);
    require(threads >= 1, "threads", "at least 1", threads);
    require(prefetch >= 1, "prefetch", "at least 1", prefetch);
    require(cacheBytes >= 0, "cacheBytes", "0 or more", cacheBytes);
    require(brokenLimit >= 0 && brokenLimit <= 1, "brokenLimit", "0 … 1", brokenLimit);
  }

  /** Above this share of broken samples a data set is considered damaged as a whole. */
  public static final double BROKEN_LIMIT = 0.25;

  /** Shuffled, full batches only, skips up to a quarter of broken samples; no cache. */
  public static LoaderOptions training(int batchSize, long seed) {
    return new LoaderOptions(
        batchSize, true, true, seed, cores(), 2, 0, OnBroken.SKIP, BROKEN_LIMIT);
  }

  /** Every sample once, in order; skips up to a quarter of broken samples; no cache. */
  public static LoaderOptions evaluation(int batchSize) {
    return new LoaderOptions(
        batchSize, false, false, 0, cores(), 2, 0, OnBroken.SKIP, BROKEN_LIMIT);
  }

  public LoaderOptions withBatchSize(int samples) {
    return new LoaderOptions(
        samples, shuffle, dropLast, seed, threads, prefetch, cacheBytes, onBroken, brokenLimit);
  }

  public LoaderOptions withThreads(int number) {
    return new LoaderOptions(
        batchSize, shuffle, dropLast, seed, number, prefetch, cacheBytes, onBroken, brokenLimit);
  }

  public LoaderOptions withPrefetch(int batches) {
    return new LoaderOptions(
        batchSize, shuffle, dropLast, seed, threads, batches, cacheBytes, onBroken, brokenLimit);
  }

  public LoaderOptions withCacheBytes(long bytes) {
    return new LoaderOptions(
        batchSize, shuffle, dropLast, seed, threads, prefetch, bytes, onBroken, brokenLimit);
  }

  public LoaderOptions withShuffle(boolean on) {
    return new LoaderOptions(
        batchSize, on, dropLast, seed, threads, prefetch, cacheBytes, onBroken, brokenLimit);
  }

  public LoaderOptions withDropLast(boolean on) {
    return new LoaderOptions(
        batchSize, shuffle, on, seed, threads, prefetch, cacheBytes, onBroken, brokenLimit);
  }

  /** Skips or refuses broken images; the limit is ignored for {@link OnBroken#FAIL}. */
  public LoaderOptions withBroken(OnBroken policy, double limit) {
    return new LoaderOptions(
        batchSize, shuffle, dropLast, seed, threads, prefetch, cacheBytes, policy, limit);
  }

  private static int cores() {
    return Math.max(1, Runtime.getRuntime().availableProcessors());
  }

  private static void require(boolean holds, String key, String expected, Number found) {
    if (!holds) {
      throw new ConfigException(key + " must be " + expected + ", found " + found);
    }
  }
}
