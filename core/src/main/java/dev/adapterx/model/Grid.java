package dev.adapterx.model;

import org.bytedeco.pytorch.Tensor;

/** Where the patch tokens of an input are: cells of a picture or groups of a cloud. */
public sealed interface Grid {
  /** G, how many patch tokens there are. */
  int patches();

  /**
   * The cells of a picture, row by row.
   *
   * @param height cells from top to bottom
   * @param width cells from left to right
   */
  record Cells(int height, int width) implements Grid {
    @Override
    public int patches() {
      return height * width;
    }

    @Override
    public String toString() {
      return height + " x " + width;
    }
  }

  /**
   * The groups of clouds.
   *
   * @param xyz (B, G, 3) in fp32
   */
  record Centres(Tensor xyz) implements Grid {
    @Override
    public int patches() {
      return Math.toIntExact(xyz.size(1));
    }
  }
}
