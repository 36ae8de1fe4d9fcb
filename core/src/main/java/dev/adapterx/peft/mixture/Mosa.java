package dev.adapterx.peft.mixture;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.TokenwiseTuner;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.AdapterInit;
import dev.adapterx.peft.kit.AdapterTuner;
import dev.adapterx.peft.kit.Bottleneck;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * MoSA: AdaptFormer's adapter with its own norm; each of its layers has several experts in training
 * and is replaced by their mean in evaluation.
 *
 * <pre>
 *   n = norm_A(a)
 *   y = a + DP(mlp(norm2(a))) + s · (W_up drop(gelu(W_dn n + b_dn)) + b_up)           (B, N, D)
 *   training:    (W_dn, b_dn) = expert i, (W_up, b_up) = expert j
 *   evaluation:  (W_dn, b_dn), (W_up, b_up) = the means over the experts
 * </pre>
 *
 * i and j are drawn independently in every block and step, without a router. All experts start as
 * copies. Each trains its own part of the matrix, a random 1/E that overlaps with no other's, and
 * all of its bias; a shared layer is trained as a whole.
 *
 * <p>Trained and stored (D width, L depth, R bottleneck, E experts): {@code L(E_dn(DR + R) +
 * E_up(DR + D) + 2D)}, where E_dn and E_up are E or, for the shared layer, 1. In use: {@code L(2DR
 * + R + D + 2D)}, because only the means are needed. ViT-B/16 with the defaults (R = 16, E = 4,
 * down shared): 792,768 stored, 322,752 in use, which is what the paper counts; nothing shared:
 * 1,235,712 stored. Not mergeable into the backbone: there is a nonlinearity between the two
 * matrices. The identity at the start: W_up and both biases are 0, W_dn is Kaiming-uniform.
 *
 * <p>Zhang et al., MoSA: Mixture of Sparse Adapters for Visual Efficient Tuning, 2023, <a
 * href="https://arxiv.org/abs/2312.02923">arXiv 2312.02923</a>, in the authors' AdaptFormer style.
 * Deviations from their code: the assignment of entries to experts depends on the block's name
 * alone, not on the seed; an expert that is not drawn in a step still gets its momentum update and
 * weight decay, unlike theirs. Their recipe's second forward pass and the divergence between the
 * two are not part of the adapter and are left out.
 *
 * @param bottleneck R; the authors' 16 on VTAB-1k, 64 on fine-grained data
 * @param experts E, 1 … 127
 * @param share the layer that all experts share
 * @param sparse whether an expert trains only its own part of its matrix
 * @param scale s
 * @param dropout between the activation and W_up
 */
public record Mosa(
    int bottleneck, int experts, Share share, boolean sparse, double scale, double dropout)
    implements PeftMethod {

  /** The layer that all experts share. */
  public enum Share {
    NONE,
    DOWN,
    UP
  }

  public Mosa {
    Checks.atLeastOne("mosa.bottleneck", bottleneck);
    if (experts < 1 || experts > Byte.MAX_VALUE) {
      throw new ConfigException("mosa.experts must lie in [1, 127], found " + experts);
    }
    Checks.finite("mosa.scale", scale);
    Checks.share("mosa.dropout", dropout);
  }

  /** The authors' settings for VTAB-1k. */
  public Mosa() {
    this(16, 4, Share.DOWN, true, 0.1, 0.1);
  }

  @Override
  public String name() {
    return "mosa";
  }

  @Override
  public String title() {
    return "MoSA";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    Checks.believable(
        "mosa: bottleneck " + bottleneck + " and experts " + experts + " make an adapter",
        2.0 * backbone.width() * bottleneck * experts);
    Parameters parameters = new Parameters(rng, backbone.device());
    return new AdapterTuner(backbone, parameters, block -> around(block, parameters));
  }

  private Around around(Block block, Parameters parameters) {
    int width = block.width();
    String place = block.name() + ".adapter";
    return new Around(
        this,
        place,
        parameters.norm(place + ".norm", width, block.norm2().eps()),
        ExpertLinear.initial(
            share == Share.DOWN ? 1 : experts,
            width,
            bottleneck,
            sparse,
            r -> AdapterInit.LORA.down(r, bottleneck, width),
            place + ".down",
            parameters),
        ExpertLinear.initial(
            share == Share.UP ? 1 : experts,
            bottleneck,
            width,
            sparse,
            r -> AdapterInit.LORA.up(r, bottleneck, width),
            place + ".up",
            parameters));
  }

  /** The adapter beside one block's MLP. */
  private record Around(
      Mosa method, String place, LayerNorm norm, ExpertLinear down, ExpertLinear up)
      implements TokenwiseTuner {
    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Bottleneck drawn =
          new Bottleneck(down.drawn(pass), up.drawn(pass), Activation.GELU, method.dropout, place);
      Tensor branch = drawn.forward(norm.forward(a), pass);
      return TokenwiseTuner.super.mlpHalf(b, a, pass).add(Tensors.scaled(branch, method.scale));
    }
  }
}
