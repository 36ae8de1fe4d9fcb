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
 * One input through a backbone with a tuner around every step, as far as something is read.
 *
 * @param pass of which every block but the last one run is a part that may be computed again
 */
record ForwardPass(Backbone backbone, BackboneTuner tuner, Pass pass) {
  /** Input (B, …), wherever it is, to what is read of it. */
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
    // The last block is not checkpointed: backward begins there, computing it again saves nothing.
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

  /** Where the patches of a block are. */
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

  /** Through block i, and the merging before it, with what a tuner does before and around it. */
  private Embedding through(int i, Block block, Embedding x, Pass own) {
    BlockTuner around = tuner.block(i);
    Embedding in = tuner.before(i, merged(block, x), own);
    Tensor out =
        Scope.within(
            () -> Engine.at(block.name(), () -> around.block(block, in.positioned(), own)));
    return in.after(out);
  }
}
