package dev.adapterx.nn;

/** The norms of a block that a tuner may go around. */
public enum NormSite {
  NORM1,
  NORM2
}
