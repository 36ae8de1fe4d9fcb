package dev.adapterx.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Window attention's settings and weights: how windows are cut, and a bias for each pair of
 * positions within a window that is added to the score of every head.
 *
 * @param table ((2w − 1)², H) for windows of w cells a side: a row for each offset between two
 *     cells
 * @param stage whose grid is cut into windows, from 0
 * @param shifted whether the windows are shifted by half of their side
 */
public record WindowBias(Tensor table, int stage, boolean shifted) {
  /** w, cells along a side of a window. */
  public int size() {
    return (int) (Math.round(Math.sqrt((double) table.size(0))) + 1) / 2;
  }

  /** The windows of the input of a forward pass. */
  Windows windows(Pass pass) {
    return pass.kept(Pyramid.class).windows(stage, shifted);
  }
}
