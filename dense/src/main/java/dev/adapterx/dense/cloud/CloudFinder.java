package dev.adapterx.dense.cloud;

import java.nio.file.Path;

/** A way in which folders hold clouds whose points have classes. */
interface CloudFinder {
  /** Whether a place is of this kind, by names and headers. */
  boolean matches(Path root, CloudLayout.Options options);

  /**
   * What lies in it.
   *
   * @throws dev.adapterx.base.DataException when it is not in order
   */
  CloudSplits find(Path root, CloudLayout.Options options);
}
