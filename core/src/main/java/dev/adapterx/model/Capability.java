package dev.adapterx.model;

import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Block;

/**
 * What not every backbone has and some methods need. Each is read from what a backbone says of
 * itself, so that no backbone can declare what it does not have.
 */
public enum Capability {
  /** A token that gathers what the whole input is. */
  CLASS_TOKEN("a class token"),
  /** Attention that takes any number of tokens besides the patches. */
  EXTRA_TOKENS("room for tokens besides the patches"),
  /** Blocks that have all the same width. */
  ONE_WIDTH("blocks of one width"),
  /** Patches that are the cells of one grid from the first block to the last. */
  GRID("patches on one grid of cells"),
  /** Groups of points, whose centres are known. */
  POINTS("groups of a point cloud");

  private final String words;

  Capability(String words) {
    this.words = words;
  }

  /** What it is, for messages. */
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
