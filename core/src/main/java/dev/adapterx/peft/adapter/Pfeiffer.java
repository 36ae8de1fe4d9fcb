package dev.adapterx.peft.adapter;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.TokenwiseTuner;
import dev.adapterx.peft.Bankable;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.AdapterInit;
import dev.adapterx.peft.kit.AdapterTuner;
import dev.adapterx.peft.kit.Bottleneck;
import dev.adapterx.peft.kit.Checks;
import org.bytedeco.pytorch.Tensor;

/**
 * Pfeiffer's adapter: one bottleneck in every block, which reads the block's output through its own
 * norm.
 *
 * <pre>
 *   a = x + DP(attn(norm1(x)))
 *   f = DP(mlp(norm2(a)))
 *   y = a + f + A(norm_A(a + f)),   A(z) = W_up drop(φ(W_dn z + b_dn)) + b_up         (B, N, D)
 * </pre>
 *
 * <p>Trainable (D width, L depth, R bottleneck): {@code L(2DR + R + D + 2D)}. ViT-B/16 with R = 8:
 * 175,200. Not mergeable: there is a nonlinearity between the two matrices. Nearly but not quite
 * the identity at the start: both matrices are normal with std 0.02.
 *
 * <p>Pfeiffer et al., AdapterFusion: Non-Destructive Task Composition for Transfer Learning, EACL
 * 2021, <a href="https://arxiv.org/abs/2005.00247">arXiv 2005.00247</a>. As in the adapter_plus
 * package for vision transformers (Steitz and Roth, CVPR 2024), without the drop path of 0.1 that
 * its recipe applies to the adapter. In BERT, a post-norm model, the norm is the block's own; a
 * pre-norm block has none there, hence norm_A, with the eps of the block's norms. Other papers use
 * the name for another adapter: the one in VPT's and MoSA's code reads f without a norm, {@code f +
 * A(f)}, as {@code houlsby} with {@code attention: false} does.
 *
 * @param bottleneck R
 * @param dropout between the activation and W_up
 * @param activation φ
 * @param init initial values of both layers
 */
public record Pfeiffer(int bottleneck, double dropout, Activation activation, AdapterInit init)
    implements Bankable {

  public Pfeiffer {
    Checks.atLeastOne("pfeiffer.bottleneck", bottleneck);
    Checks.share("pfeiffer.dropout", dropout);
  }

  /** The settings of adapter_plus. */
  public Pfeiffer() {
    this(8, 0, Activation.GELU, AdapterInit.BERT);
  }

  @Override
  public String name() {
    return "pfeiffer";
  }

  @Override
  public String title() {
    return "Pfeiffer adapter";
  }

  @Override
  public Tuner attach(Backbone backbone, Parameters parameters) {
    Checks.believableAdapter("pfeiffer", bottleneck, backbone.width());
    var kind = new Bottleneck.Kind(bottleneck, init, true, activation, dropout);
    return new AdapterTuner(
        backbone,
        parameters,
        block -> {
          String place = block.name() + ".adapter";
          int width = block.width();
          LayerNorm norm = parameters.norm(place + ".norm", width, block.norm2().eps());
          return new Around(norm, kind.at(place, width, parameters));
        });
  }

  /** Pfeiffer's adapter around one block. */
  private record Around(LayerNorm norm, Bottleneck adapter) implements TokenwiseTuner {
    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Tensor y = TokenwiseTuner.super.mlpHalf(b, a, pass); // a + f
      return y.add(adapter.forward(norm.forward(y), pass));
    }
  }
}
