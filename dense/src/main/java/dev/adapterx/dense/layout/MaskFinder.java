package dev.adapterx.dense.layout;

import java.nio.file.Path;

/** A way in which folders hold pictures and masks. */
interface MaskFinder {
  /** Whether a folder is of this kind, by the names of what lies in it. */
  boolean matches(Path root);

  /**
   * What lies in it.
   *
   * @throws dev.adapterx.base.DataException when it is not in order
   */
  MaskSplits find(Path root);
}
