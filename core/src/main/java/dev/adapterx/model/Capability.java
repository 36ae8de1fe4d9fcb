package dev.adapterx.model;

import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Block;

/**
 * A property that some methods need and not every backbone has. Each is derived from the backbone
 * itself, so it cannot be declared wrongly.
 */
public enum Capability {
  /** A class token. */
  CLASS_TOKEN("a class token"),
  /** Attention over any number of tokens besides the patches. */
  EXTRA_TOKENS("room for tokens besides the patches"),
  /** The same width in all blocks. */
  ONE_WIDTH("blocks of one width"),
  /** Patches on one grid from the first block to the last. */
  GRID("patches on one grid of cells"),
  /** Groups of points with known centres. */
  POINTS("groups of a point cloud");

  private final String words;

  Capability(String words) {
    this.words = words;
  }

  /** Its description in messages. */
  public String words() {
    return words;
  }

  /** Whether a backbone has it. */
  public boolean isOf(Backbone backbone) {
    return switch (this) {
      case CLASS_TOKEN -> backbone.prefixTokens() > 0;
      case EXTRA_TOKENS -> backbone.blocks().stream().allMatch(Block::isGlobal);
      case ONE_WIDTH ->
          backbone.blocks().stream().allMatch(block -> block.width() == backbone.width());
      case GRID ->
          backbone.preprocessing() instanceof ImagePreprocessing
              && backbone.blocks().stream().allMatch(Block::isSameGrid);
      case POINTS -> backbone.preprocessing() instanceof PointPreprocessing;
    };
  }
}
