package dev.adapterx.model.tokens;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.nn.PatchMerging;
import dev.adapterx.tensor.Tensors;
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
    /**
     * Of pictures (B, 3, H, W) cut into squares.
     *
     * @param patch pixels along a square's side
     * @throws AdapterXException when these are no pictures, or their sides no multiples of it
     */
    public static Cells of(Tensor images, int patch) {
      if (images.dim() != 4
          || images.size(1) != 3
          || images.size(2) % patch != 0
          || images.size(3) % patch != 0
          || images.numel() == 0) {
        throw new AdapterXException(
            "patch_embed: expected images of shape (B, 3, H, W) with sides that are multiples of"
                + " the patch "
                + patch
                + ", found "
                + Tensors.shape(images.shape()));
      }
      return new Cells(
          Math.toIntExact(images.size(2)) / patch, Math.toIntExact(images.size(3)) / patch);
    }

    /** The cells that are left where one is made of each square of four. */
    public Cells merged() {
      return new Cells(PatchMerging.half(height), PatchMerging.half(width));
    }

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
