package dev.adapterx.model;

import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PatchMerging;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * One forward pass through a backbone with a tuner around every step, up to the last layer that is
 * read.
 *
 * @param pass every block except the last is a segment that may be recomputed
 */
record ForwardPass(Backbone backbone, BackboneTuner tuner, Pass pass) {
  /** Computes the features of an input (B, …) on any device. */
  Features of(Tensor given, Reads reads) {
    pass.begin();
    Tensor placed = backbone.device().place(given);
    Tensor input = backbone.preprocessing().finished(placed);
    if (reads.of() != Reads.Of.PATCHES) {
      backbone.preprocessing().requireInput(input);
    }
    Embedding x = Engine.at("embedding", () -> tuner.embed(backbone, input, pass));
    List<Integer> layers = reads.of(backbone);
    List<Embedding> read = new ArrayList<>();
    int last = layers.get(layers.size() - 1);
    for (int i = 0; i < last; i++) {
      x = part(i, x);
      if (layers.contains(i)) {
        read.add(x);
      }
    }
    // The last block is not checkpointed: backward starts there, so recomputing it saves nothing.
    Block block = backbone.blocks().get(last);
    int wanted = reads.lastTokens(backbone, tuner, pass);
    read.add(through(last, wanted == Block.ALL ? block : block.reading(wanted), x, pass));
    return new Features(backbone, tuner, pass, reads, read, placed);
  }

  private Embedding part(int i, Embedding x) {
    Block block = backbone.blocks().get(i);
    Pass.Part part = (in, own) -> through(i, block, x.with(in), own).tensors();
    return x.with(pass.part(x.tensors(), part)).on(grid(block, x.grid()));
  }

  /** The grid of the patches of a block. */
  private static Grid grid(Block block, Grid before) {
    return block.merging() != null && before instanceof Grid.Cells cells ? cells.merged() : before;
  }

  private static Embedding merged(Block block, Embedding x) {
    PatchMerging merging = block.merging();
    if (merging == null || !(x.grid() instanceof Grid.Cells cells)) {
      return x;
    }
    Tensor merged =
        Scope.within(
            () ->
                Engine.at(
                    block.name(),
                    () -> merging.forward(x.tokens(), cells.height(), cells.width())));
    return x.with(merged, null).on(cells.merged());
  }

  /** Computes block i and the merging before it, with the tuner before and around it. */
  private Embedding through(int i, Block block, Embedding x, Pass own) {
    BlockTuner around = tuner.block(i);
    Embedding in = tuner.before(i, merged(block, x), own);
    Tensor out =
        Scope.within(
            () -> Engine.at(block.name(), () -> around.block(block, in.positioned(), own)));
    return in.after(out);
  }
}
