package dev.adapterx.peft.adapter;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.NormSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.TokenwiseTuner;
import dev.adapterx.peft.Bankable;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.AdapterInit;
import dev.adapterx.peft.kit.AdapterTuner;
import dev.adapterx.peft.kit.Bottleneck;
import dev.adapterx.peft.kit.Checks;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Houlsby's adapters: bottlenecks with their own residual, behind the attention and behind the MLP
 * of every block.
 *
 * <pre>
 *   f = DP(attn(norm1(x))),  a = x + f + A_attn(f)                                    (B, N, D)
 *   g = DP(mlp(norm2(a))),   y = a + g + A_mlp(g),   A(z) = W_up drop(φ(W_dn z + b_dn)) + b_up
 * </pre>
 *
 * The adapters read the branch just before it is added: behind layer scale, if there is one, and
 * behind drop path.
 *
 * <p>Trainable (D width, L depth, R bottleneck): {@code 2L(2DR + R + D)}, half of it without {@code
 * attention}, and {@code 4DL} with {@code layerNorms}. ViT-B/16 with R = 8: 313,536 + 36,864 =
 * 350,400. Not mergeable: there is a nonlinearity between the two matrices. Nearly but not quite
 * the identity at the start: both matrices are normal with std 0.01, truncated at two standard
 * deviations.
 *
 * <p>Houlsby et al., Parameter-Efficient Transfer Learning for NLP, ICML 2019, <a
 * href="https://arxiv.org/abs/1902.00751">arXiv 1902.00751</a>. Position, activation and initial
 * values are those of the adapter_plus package for vision transformers (Steitz and Roth, CVPR
 * 2024), which follows the paper; the authors' TensorFlow code starts with a std of 0.001. That
 * package's recipe also trains the blocks' norms and puts drop path 0.1 on the adapters; the former
 * is the default here, the latter is not. The last norm stays frozen, as there.
 *
 * <p>The preset {@code noah} is the adapter that NOAH compares with: behind the MLP alone,
 * QuickGELU, dropout 0.1, Xavier-uniform matrices, norms frozen; {@code L(2DR + R + D)}, ViT-B/16
 * with R = 8: 156,768. Zhang, Zhou and Liu, Neural Prompt Search, 2022, <a
 * href="https://arxiv.org/abs/2206.04673">arXiv 2206.04673</a>.
 *
 * @param bottleneck R
 * @param attention whether there is an adapter behind the attention too
 * @param layerNorms whether the blocks' two norms are trained
 * @param dropout between the activation and W_up
 * @param activation φ
 * @param init initial values of both layers
 */
public record Houlsby(
    int bottleneck,
    boolean attention,
    boolean layerNorms,
    double dropout,
    Activation activation,
    AdapterInit init)
    implements Bankable {

  public Houlsby {
    Checks.atLeastOne("houlsby.bottleneck", bottleneck);
    Checks.share("houlsby.dropout", dropout);
  }

  /** The settings of adapter_plus. */
  public Houlsby() {
    this(8, true, true, 0, Activation.GELU, AdapterInit.HOULSBY);
  }

  /** The adapter of NOAH's tables. */
  public static Houlsby noah() {
    return new Houlsby(8, false, false, 0.1, Activation.QUICK_GELU, AdapterInit.XAVIER);
  }

  @Override
  public String name() {
    return "houlsby";
  }

  @Override
  public String title() {
    return "Houlsby adapter";
  }

  @Override
  public Map<String, Houlsby> presets() {
    return Map.of("noah", noah());
  }

  @Override
  public Tuner attach(Backbone backbone, Parameters parameters) {
    Checks.believableAdapter("houlsby", bottleneck, backbone.width());
    return new AdapterTuner(backbone, parameters, block -> around(block, parameters));
  }

  private Around around(Block block, Parameters parameters) {
    int width = block.width();
    var kind = new Bottleneck.Kind(bottleneck, init, true, activation, dropout);
    String place = block.name();
    return new Around(
        norm(NormSite.NORM1, block, parameters),
        attention ? kind.at(place + ".adapter_attn", width, parameters) : null,
        norm(NormSite.NORM2, block, parameters),
        kind.at(place + ".adapter_mlp", width, parameters));
  }

  private LayerNorm norm(NormSite at, Block block, Parameters parameters) {
    LayerNorm frozen = at.of(block);
    return layerNorms ? parameters.copy(block.name() + "." + at.path(), frozen) : frozen;
  }

  /** Houlsby's adapters around one block. */
  private record Around(LayerNorm norm1, @Nullable Bottleneck attn, LayerNorm norm2, Bottleneck mlp)
      implements TokenwiseTuner {
    @Override
    public Tensor attentionHalf(Block b, Tensor x, Pass pass) {
      Tensor f = b.attention(norm1.forward(x), this, pass);
      return adapted(b.read(x), b.dropPath1(b.scale1(f), pass), attn, pass);
    }

    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      return adapted(a, b.dropPath2(mlp(b, norm2.forward(a), pass), pass), mlp, pass);
    }

    private static Tensor adapted(
        Tensor x, Tensor branch, @Nullable Bottleneck adapter, Pass pass) {
      Tensor sum = x.add(branch);
      return adapter == null ? sum : sum.add(adapter.forward(branch, pass));
    }
  }
}
