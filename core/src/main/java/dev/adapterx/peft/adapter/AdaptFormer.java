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
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * AdaptFormer: a bottleneck beside every MLP, scaled.
 *
 * <pre>
 *   a = x + DP(attn(norm1(x)))
 *   y = a + DP(mlp(norm2(a))) + s · (W_up drop(relu(W_dn a + b_dn)) + b_up)         (B, N, D)
 * </pre>
 *
 * The adapter reads a itself, before the norm, and is outside drop path.
 *
 * <p>Trainable (D width, L depth, R bottleneck): {@code L(2DR + R + D)}, without biases {@code
 * 2DRL}. ViT-B/16 with R = 64: 1,189,632; with R = 8: 156,768. Not mergeable: there is a
 * nonlinearity between the two matrices. The identity at the start: W_up and both biases are 0,
 * W_dn is Kaiming-uniform.
 *
 * <p>Chen et al., AdaptFormer: Adapting Vision Transformers for Scalable Visual Recognition,
 * NeurIPS 2022, <a href="https://arxiv.org/abs/2205.13535">arXiv 2205.13535</a>. As the authors'
 * code, which feeds the adapter a from before the second norm, although the paper's figure shows it
 * at the MLP's own input. Their head for linear probing, a batch norm without parameters before the
 * linear layer, belongs to their recipe, not to the adapter. The adapter_plus package's variant
 * differs: GELU, a down bias of U(±1/√D), drop path on the adapter instead of dropout.
 *
 * @param bottleneck R; the authors' 64, in VTAB-1k's tables 8
 * @param scale s
 * @param dropout between the activation and W_up
 * @param bias whether the two layers have biases; Bi-AdaptFormer's full-precision form (<a
 *     href="https://arxiv.org/abs/2307.16867">arXiv 2307.16867</a>) has none
 * @param activation between the two matrices
 */
public record AdaptFormer(
    int bottleneck, double scale, double dropout, boolean bias, Activation activation)
    implements Bankable {

  public AdaptFormer {
    Checks.atLeastOne("adaptformer.bottleneck", bottleneck);
    Checks.finite("adaptformer.scale", scale);
    Checks.share("adaptformer.dropout", dropout);
  }

  /** The authors' settings. */
  public AdaptFormer() {
    this(64, 0.1, 0.1, true, Activation.RELU);
  }

  @Override
  public String name() {
    return "adaptformer";
  }

  @Override
  public String title() {
    return "AdaptFormer";
  }

  @Override
  public Tuner attach(Backbone backbone, Parameters parameters) {
    var kind = new Bottleneck.Kind(bottleneck, AdapterInit.LORA, bias, activation, dropout);
    return AdapterTuner.of(
        name(), kind, backbone, parameters, adapter -> new Around(adapter, scale));
  }

  /** AdaptFormer around one block. */
  private record Around(Bottleneck adapter, double scale) implements TokenwiseTuner {
    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      return TokenwiseTuner.super
          .mlpHalf(b, a, pass)
          .add(Tensors.scaled(adapter.forward(a, pass), scale));
    }
  }
}
