package dev.adapterx.peft.adapter;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.TokenwiseTuner;
import dev.adapterx.peft.Bankable;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.AdapterInit;
import dev.adapterx.peft.kit.AdapterTuner;
import dev.adapterx.peft.kit.Bottleneck;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Adapter+: a bottleneck behind every block, with a learned scale for each output channel.
 *
 * <pre>
 *   z = the frozen block's output
 *   y = z + c ⊙ DP_A(W_up gelu(W_dn z + b_dn) + b_up)                                 (B, N, D)
 * </pre>
 *
 * DP_A is stochastic depth of the adapter alone, at one rate in all blocks, independent of the rate
 * of the frozen branches.
 *
 * <p>Trainable (D width, L depth, R bottleneck): {@code L(2DR + R + 2D)}, without biases {@code
 * L(2DR + D)}. ViT-B/16 with R = 1, 2, 4, 8, 16: 36,876, 55,320, 92,208, 165,984, 313,536. Not
 * mergeable: there is a nonlinearity between the two matrices. Nearly but not quite the identity at
 * the start: both matrices are normal with std 0.01, truncated at two standard deviations; c is 1.
 *
 * <p>Steitz and Roth, Adapters Strike Back, CVPR 2024, <a
 * href="https://arxiv.org/abs/2406.06820">arXiv 2406.06820</a>. As the authors' package
 * adapter_plus.
 *
 * @param bottleneck R; the paper's 1 to 32
 * @param dropPath probability that a sample skips a block's adapter in training
 * @param bias whether the two layers have biases
 */
public record AdapterPlus(int bottleneck, double dropPath, boolean bias) implements Bankable {

  public AdapterPlus {
    Checks.atLeastOne("adapter-plus.bottleneck", bottleneck);
    Checks.share("adapter-plus.drop-path", dropPath);
  }

  /** The authors' settings. */
  public AdapterPlus() {
    this(8, 0.1, true);
  }

  @Override
  public String name() {
    return "adapter-plus";
  }

  @Override
  public String title() {
    return "Adapter+";
  }

  @Override
  public Tuner attach(Backbone backbone, Parameters parameters) {
    Checks.believableAdapter("adapter-plus", bottleneck, backbone.width());
    var kind = new Bottleneck.Kind(bottleneck, AdapterInit.HOULSBY, bias, Activation.GELU, 0);
    return new AdapterTuner(
        backbone,
        parameters,
        block -> {
          String place = block.name() + ".adapter";
          int width = block.width();
          Bottleneck adapter = kind.at(place, width, parameters);
          Tensor scale = parameters.add(place + ".scale", unused -> Init.constant(1, width));
          return new Around(adapter, scale, dropPath);
        });
  }

  /** The adapter behind one block. */
  private record Around(Bottleneck adapter, Tensor scale, double dropPath)
      implements TokenwiseTuner {
    @Override
    public Tensor block(Block b, Tensor x, Pass pass) {
      Tensor z = TokenwiseTuner.super.block(b, x, pass);
      Tensor branch = adapter.forward(z, pass);
      // One draw for each sample.
      branch = pass.dropout(branch, dropPath, adapter.place() + ".drop_path", branch.size(0), 1, 1);
      return z.add(branch.mul(Tensors.like(scale, branch)));
    }
  }
}
