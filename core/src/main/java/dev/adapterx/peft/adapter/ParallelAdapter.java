package dev.adapterx.peft.adapter;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
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
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * The scaled parallel adapter: a bottleneck beside every MLP, which reads what the MLP reads.
 *
 * <pre>
 *   u = norm2(a)
 *   y = a + DP(mlp(u)) + s · (W_up drop(relu(W_dn u + b_dn)) + b_up)                  (B, N, D)
 * </pre>
 *
 * <p>Outside drop path, because the authors' code adds the adapter's output behind the MLP's
 * dropout, which therefore does not regularise it.
 *
 * <p>Trainable (D width, L depth, R bottleneck): {@code L(2DR + R + D)}. ViT-B/16 with R = 64:
 * 1,189,632. Not mergeable: there is a nonlinearity between the two matrices. The identity at the
 * start: W_up and both biases are 0, W_dn is Kaiming-uniform.
 *
 * <p>He et al., Towards a Unified View of Parameter-Efficient Transfer Learning, ICLR 2022, <a
 * href="https://arxiv.org/abs/2110.04366">arXiv 2110.04366</a>, with its s = 4. In mBART, their
 * model with pre-norm sublayers, the adapter can read the sublayer's input before or behind the
 * norm; this one reads it behind, {@code adaptformer} before. Their R is 512 for text; 64 is
 * AdaptFormer's for images.
 *
 * @param bottleneck R
 * @param scale s
 * @param dropout between the activation and W_up
 * @param activation between the two matrices
 */
public record ParallelAdapter(int bottleneck, double scale, double dropout, Activation activation)
    implements Bankable {

  public ParallelAdapter {
    Checks.atLeastOne("parallel-adapter.bottleneck", bottleneck);
    Checks.finite("parallel-adapter.scale", scale);
    Checks.share("parallel-adapter.dropout", dropout);
  }

  /** The authors' settings except for the size. */
  public ParallelAdapter() {
    this(64, 4, 0.1, Activation.RELU);
  }

  @Override
  public String name() {
    return "parallel-adapter";
  }

  @Override
  public String title() {
    return "Parallel adapter";
  }

  @Override
  public Tuner attach(Backbone backbone, Parameters parameters) {
    var kind = new Bottleneck.Kind(bottleneck, AdapterInit.LORA, true, activation, dropout);
    return AdapterTuner.of(
        name(), kind, backbone, parameters, adapter -> new Around(adapter, scale));
  }

  /** The adapter beside one block's MLP. */
  private record Around(Bottleneck adapter, double scale) implements TokenwiseTuner {
    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Tensor u = norm(NormSite.NORM2, b.norm2(), a, pass);
      return a.add(b.dropPath2(mlp(b, u, pass), pass))
          .add(Tensors.scaled(adapter.forward(u, pass), scale));
    }
  }
}
