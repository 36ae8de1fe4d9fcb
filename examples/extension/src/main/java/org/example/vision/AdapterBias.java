package org.example.vision;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.TokenwiseTuner;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * AdapterBias: one vector a block, which each token adds in an amount of its own.
 *
 * <pre>
 *   h = mlp(u);  y = h + s · (h w + b) v      h (B, N, D), w and v (D), b (1)
 * </pre>
 *
 * <p>Trainable (D width, L depth): {@code L(2D + 1)}. The identity at the start: v = 0.
 *
 * <p>Fu et al., AdapterBias: Parameter-efficient Token-dependent Representation Shift for Adapters
 * in NLP Tasks, Findings of NAACL 2022, <a href="https://arxiv.org/abs/2205.00305">arXiv
 * 2205.00305</a>.
 *
 * @param scale s
 */
public record AdapterBias(double scale) implements PeftMethod {
  public AdapterBias {
    if (!Double.isFinite(scale)) {
      throw new ConfigException("adapter-bias.scale: expected a finite number, found " + scale);
    }
  }

  /** With s = 1, as the paper. */
  public AdapterBias() {
    this(1);
  }

  @Override
  public String name() {
    return "adapter-bias";
  }

  @Override
  public String title() {
    return "AdapterBias";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    Parameters parameters = new Parameters(rng, backbone.device());
    List<BlockTuner> blocks = new ArrayList<>();
    for (Block block : backbone.blocks()) {
      int width = block.width();
      String at = block.name() + ".bias.";
      Tensor v = parameters.add(at + "v", r -> Init.zeros(width));
      Tensor w = parameters.add(at + "w", r -> Init.normal(r, 0, 0.02, width));
      Tensor b = parameters.add(at + "b", r -> Init.zeros(1));
      blocks.add(new Shift(v, w, b, scale));
    }
    return new Shifts(backbone, blocks, parameters.named());
  }

  /** What it does around one block: one step, the others just happen. */
  private record Shift(Tensor v, Tensor w, Tensor b, double scale) implements TokenwiseTuner {
    @Override
    public Tensor mlp(Block block, Tensor u, Pass pass) {
      Tensor h = block.scale2(block.mlp().forward(u, this, pass));
      Tensor amount = h.mul(Tensors.like(w, h)).sum(-1).unsqueeze(-1).add(Tensors.like(b, h));
      return h.add(Tensors.scaled(amount.mul(Tensors.like(v, h)), scale));
    }
  }

  private record Shifts(Backbone backbone, List<BlockTuner> blocks, NamedTensors trainable)
      implements Tuner {
    @Override
    public BlockTuner block(int i) {
      return blocks.get(i);
    }
  }
}
