package dev.adapterx.peft.kit;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.NamedTensors;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Adapters in every block, each block with its own, and nothing else. Not mergeable: there is a
 * nonlinearity between an adapter's two matrices, for which plain blocks have no layer.
 */
public final class AdapterTuner implements Tuner {
  private final Backbone backbone;
  private final List<BlockTuner> blocks;
  private final NamedTensors trainable;

  /**
   * @param around makes a block's tuner, its tensors below the block's name
   */
  public AdapterTuner(
      Backbone backbone, Parameters parameters, Function<Block, ? extends BlockTuner> around) {
    this.backbone = backbone;
    this.blocks = backbone.blocks().stream().<BlockTuner>map(around).toList();
    this.trainable = parameters.named();
  }

  /**
   * One bottleneck per block, its tensors below {@code BLOCK.adapter}.
   *
   * @param method its name, for error messages
   * @param around makes a block's tuner from its bottleneck
   * @throws dev.adapterx.base.ConfigException when the bottleneck is absurdly wide
   */
  public static AdapterTuner of(
      String method,
      Bottleneck.Kind kind,
      Backbone backbone,
      Parameters parameters,
      Function<Bottleneck, ? extends BlockTuner> around) {
    Checks.believableAdapter(method, kind.size(), backbone.width());
    return new AdapterTuner(
        backbone,
        parameters,
        block -> around.apply(kind.at(block.name() + ".adapter", block.width(), parameters)));
  }

  @Override
  public Backbone backbone() {
    return backbone;
  }

  @Override
  public BlockTuner block(int i) {
    return blocks.get(i);
  }

  @Override
  public NamedTensors trainable() {
    return trainable;
  }

  /** Biases, even where one tensor holds several. */
  @Override
  public Set<String> undecayed() {
    return trainable.names().stream()
        .filter(name -> name.endsWith(".bias") && trainable.get(name).dim() > 1)
        .collect(Collectors.toUnmodifiableSet());
  }
}
