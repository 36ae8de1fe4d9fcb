package dev.adapterx.nn;

/** The linear layers of a block that a tuner may go around. */
public enum LinearSite {
  QKV,
  PROJ,
  FC1,
  FC2
}
