package dev.adapterx.model;

import dev.adapterx.nn.Block;
import java.util.function.Predicate;

/**
 * What not every backbone has and some methods need. Each is read from what a backbone says of
 * itself, so that no backbone can declare what it does not have.
 */
public enum Capability {
  /** A token that gathers what the whole input is. */
  CLASS_TOKEN("a class token", b -> b.prefixTokens() > 0),
  /** Attention that takes any number of tokens besides the patches. */
  EXTRA_TOKENS(
      "room for tokens besides the patches", b -> b.blocks().stream().allMatch(Block::isGlobal)),
  /** Blocks that have all the same width. */
  ONE_WIDTH("blocks of one width", b -> b.blocks().stream().allMatch(x -> x.width() == b.width())),
  /** Patches that are the cells of one grid from the first block to the last. */
  GRID(
      "patches on one grid of cells",
      b ->
          b.preprocessing() instanceof ImagePreprocessing
              && b.blocks().stream().allMatch(Block::isSameGrid)),
  /** Groups of points, whose centres are known. */
  POINTS("groups of a point cloud", b -> b.preprocessing() instanceof PointPreprocessing);

  private final String words;
  private final Predicate<Backbone> offered;

  Capability(String words, Predicate<Backbone> offered) {
    this.words = words;
    this.offered = offered;
  }

  /** What it is, for messages. */
  public String words() {
    return words;
  }

  /** Whether a backbone has it. */
  public boolean isOf(Backbone backbone) {
    return offered.test(backbone);
  }
}
