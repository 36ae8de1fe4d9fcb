package dev.adapterx.model.int8;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import org.bytedeco.pytorch.Tensor;

/** A method around blocks whose linear layers are others. */
record AroundLinears(BackboneTuner tuner, Change change) implements BackboneTuner {
  /** The layer to use. */
  @FunctionalInterface
  interface Change {
    /**
     * Of a layer.
     *
     * @param name {@code blocks.7.mlp.fc2}
     */
    Linear of(String name, Linear layer, Pass pass);
  }

  @Override
  public Embedding embed(Backbone backbone, Tensor input, Pass pass) {
    return tuner.embed(backbone, input, pass);
  }

  @Override
  public Embedding before(int i, Embedding x, Pass pass) {
    return tuner.before(i, x, pass);
  }

  @Override
  public BlockTuner block(int i) {
    BlockTuner own = tuner.block(i);
    return new BlockTuner() {
      @Override
      public boolean isTokenwise(Pass pass) {
        return own.isTokenwise(pass);
      }

      @Override
      public Tensor block(Block b, Tensor x, Pass pass) {
        Block other = b.with((site, l) -> change.of(b.name() + "." + site.path(), l, pass));
        return own.block(other, pass.isTraining() ? pass.cut(x) : x, pass);
      }
    };
  }

  @Override
  public Tensor norm(LayerNorm norm, Tensor x, Pass pass) {
    return tuner.norm(norm, x, pass);
  }

  @Override
  public Pooling pooling(Backbone backbone) {
    return tuner.pooling(backbone);
  }
}
