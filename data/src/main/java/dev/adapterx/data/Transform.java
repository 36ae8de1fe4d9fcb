package dev.adapterx.data;

import dev.adapterx.base.Rng;

/**
 * Turns one sample into another; the stream is the sample's own, so the result does not depend on
 * other samples.
 */
@FunctionalInterface
public interface Transform<S> {
  S apply(S sample, Rng rng);
}
