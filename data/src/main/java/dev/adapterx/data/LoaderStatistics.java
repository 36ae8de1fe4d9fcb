package dev.adapterx.data;

/**
 * What a {@link BatchLoader} did so far.
 *
 * @param decoded images decoded
 * @param cacheHits images taken from the cache instead
 * @param cachedImages images in the cache
 * @param cachedBytes memory the cache holds
 * @param cacheBudget memory the cache may hold
 * @param broken images found broken
 */
public record LoaderStatistics(
    long decoded,
    long cacheHits,
    int cachedImages,
    long cachedBytes,
    long cacheBudget,
    int broken) {}
