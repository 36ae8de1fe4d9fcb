package dev.adapterx.export;

import dev.adapterx.export.method.GraphBlock;
import dev.adapterx.export.method.GraphTokens;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Grid;
import org.jspecify.annotations.Nullable;

/** What a backbone does before its blocks, as a graph. */
interface Stem {
  /**
   * What enters the first block.
   *
   * @param patches G, the last tokens
   * @param cells where they are in a picture, or absent
   * @param rotary the turning of queries and keys, or absent
   * @param centres of the groups of a cloud (B, G, 3), or absent
   */
  record Start(
      GraphTokens tokens,
      long patches,
      Grid.@Nullable Cells cells,
      GraphBlock.@Nullable Rotary rotary,
      @Nullable Value centres) {}

  /** The input of the graph to the tokens of the first block. */
  Start start(Value input);
}
