package dev.adapterx.data;

/**
 * Statistics of a {@link BatchLoader} so far.
 *
 * @param decoded samples decoded
 * @param cacheHits samples taken from the cache instead
 * @param cachedImages samples in the cache
 * @param cachedBytes memory the cache holds
 * @param cacheBudget memory the cache may hold
 * @param broken samples found broken
 * @param seconds spent on preparing samples, summed over the threads
 */
public record LoaderStatistics(
    long decoded,
    long cacheHits,
    int cachedImages,
    long cachedBytes,
    long cacheBudget,
    int broken,
    double seconds) {}
