package dev.adapterx.model.swin;

import dev.adapterx.base.ConfigException;
import dev.adapterx.nn.PatchMerging;
import java.util.List;

/**
 * The shape of a Swin transformer.
 *
 * @param imageSize S, pixels along a side of the input
 * @param patch p
 * @param stages from the finest grid to the coarsest, each half as fine as the one before
 * @param qkvBias whether q, k, v have a bias
 * @param eps of every LayerNorm
 */
public record SwinConfig(
    int imageSize, int patch, List<Stage> stages, boolean qkvBias, double eps) {
  /** Of all published weights. */
  public static final double EPS = 1e-5;

  /**
   * Blocks on one grid.
   *
   * @param width D
   * @param depth blocks
   * @param heads H
   * @param window cells along a side of a window
   * @param hidden width of the MLP's hidden layer
   */
  public record Stage(int width, int depth, int heads, int window, int hidden) {
    public Stage {
      require(
          width > 0 && heads > 0 && width % heads == 0,
          "width " + width + " must be a multiple of the number of heads " + heads);
      require(depth > 0, "every stage needs a block, found " + depth);
      require(window > 0, "windows must have at least one cell, found " + window);
      require(hidden > 0, "the MLP needs hidden channels, found " + hidden);
    }
  }

  public SwinConfig {
    stages = List.copyOf(stages);
    require(!stages.isEmpty(), "there are no stages");
    require(
        imageSize > 0 && patch > 0 && imageSize % patch == 0,
        "input size "
            + imageSize
            + " must be a multiple of the patch size "
            + patch
            + "; nearest valid: "
            + (patch > 0 ? Math.max(1, Math.round((double) imageSize / patch)) * patch : patch));
  }

  /** D of the tokens that leave the last stage. */
  public int width() {
    return stages.get(stages.size() - 1).width();
  }

  /** Blocks of all stages. */
  public int depth() {
    return stages.stream().mapToInt(Stage::depth).sum();
  }

  /** Cells along a side of the last stage's grid. */
  public int lastGrid() {
    int side = imageSize / patch;
    for (int i = 1; i < stages.size(); i++) {
      side = PatchMerging.half(side);
    }
    return side;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new ConfigException("Swin transformer: " + message);
    }
  }
}
