package dev.adapterx.peft.kit;

import dev.adapterx.model.Backbone;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.NamedTensors;
import java.util.List;

/**
 * A method that changes projections of the blocks and nothing else.
 *
 * @param constants further tensors that it owns, neither trained nor saved
 */
public record ProjectionsTuner(
    Backbone backbone,
    List<? extends WeightTuner> blocks,
    NamedTensors trainable,
    NamedTensors constants)
    implements Tuner {
  public ProjectionsTuner(
      Backbone backbone, List<? extends WeightTuner> blocks, NamedTensors trainable) {
    this(backbone, blocks, trainable, NamedTensors.none());
  }

  @Override
  public BlockTuner block(int i) {
    return blocks.get(i);
  }

  @Override
  public NamedTensors merged() {
    return WeightTuner.merged(backbone, blocks::get);
  }

  @Override
  public void close() {
    trainable.close();
    constants.close();
  }
}
