package dev.adapterx.peft.adapter;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.LinearResidual;
import dev.adapterx.peft.kit.ProjectionsTuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * RepAdapter: a linear adapter before the attention and one before the MLP of every block, which
 * are merged into the frozen layers behind them after training.
 *
 * <pre>
 *   R(u) = u + s · (B drop(A u + a) + b)          A dense D → R, B grouped R → D
 *   x ← x + DP(attention(R(norm1 x)))
 *   y = x + DP(mlp(R(norm2 x)))                   (B, N, D)
 * </pre>
 *
 * <p>Each of the G groups of B maps R/G channels to D/G. Trainable (D width, L depth): {@code 2L(DR
 * + DR/G)} and for the biases {@code 2L(R + D)}; half of that with attention-only. ViT-B/16:
 * 239,808, without biases 221,184, which the paper rounds to 0.22 million. Initially A
 * Xavier-uniform and all else 0, so it starts as the frozen backbone.
 *
 * <p>Mergeable: {@code W ← W(I + sBA)}, {@code bias ← bias + sW(Ba + b)}; a layer without bias gets
 * one.
 *
 * <p>Luo et al., Towards Efficient Visual Adaption via Structural Re-parameterization, 2023, <a
 * href="https://arxiv.org/abs/2302.08106">arXiv 2302.08106</a>. As the authors' code, which has
 * biases; they choose s for each task.
 *
 * @param bottleneck R
 * @param groups G of the upper layer; divides R and D
 * @param scale s
 * @param dropout between the two layers
 * @param biases whether the two layers have a and b
 * @param attentionOnly whether the adapter before the MLP is left out
 */
public record RepAdapter(
    int bottleneck, int groups, double scale, double dropout, boolean biases, boolean attentionOnly)
    implements PeftMethod {

  public RepAdapter {
    Checks.atLeastOne("rep-adapter.bottleneck", bottleneck);
    Checks.atLeastOne("rep-adapter.groups", groups);
    if (bottleneck % groups != 0) {
      throw new ConfigException(
          "rep-adapter.groups must divide rep-adapter.bottleneck "
              + bottleneck
              + ", found "
              + groups);
    }
    Checks.finite("rep-adapter.scale", scale);
    Checks.share("rep-adapter.dropout", dropout);
  }

  /** The authors' settings. */
  public RepAdapter() {
    this(8, 2, 1, 0.1, true, false);
  }

  @Override
  public String name() {
    return "rep-adapter";
  }

  @Override
  public String title() {
    return "RepAdapter";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    Checks.believableAdapter("rep-adapter", bottleneck, backbone.width());
    Parameters parameters = new Parameters(rng, backbone.device());
    List<LinearResidual.Around> blocks =
        backbone.blocks().stream()
            .map(
                block -> {
                  String place = block.name() + ".rep_adapter";
                  int width = block.width();
                  Checks.divides("rep-adapter.groups", groups, width);
                  LinearResidual attn = adapter(width, place + ".attn", parameters);
                  return new LinearResidual.Around(
                      attn, attentionOnly ? null : adapter(width, place + ".mlp", parameters));
                })
            .toList();
    return new ProjectionsTuner(backbone, blocks, parameters.named());
  }

  private Adapter adapter(int width, String place, Parameters parameters) {
    Tensor down =
        parameters.add(place + ".down.weight", rng -> Init.xavierUniform(rng, bottleneck, width));
    Tensor downBias =
        biases ? parameters.add(place + ".down.bias", rng -> Init.zeros(bottleneck)) : null;
    Tensor up = parameters.add(place + ".up.weight", rng -> Init.zeros(width, bottleneck / groups));
    Tensor upBias = biases ? parameters.add(place + ".up.bias", rng -> Init.zeros(width)) : null;
    return new Adapter(this, new Linear(down, downBias), new Linear(up, upBias), place);
  }

  /**
   * One adapter.
   *
   * @param down (R, D)
   * @param up (D, R/G): each row acts on the hidden channels of its own group
   */
  private record Adapter(RepAdapter method, Linear down, Linear up, String place)
      implements LinearResidual {
    @Override
    public Tensor forward(Tensor u, Pass pass) {
      Tensor hidden = pass.dropout(down.forward(u), method.dropout, place + ".dropout");
      Linear dense = new Linear(dense(), up.bias());
      return Tensors.scaled(dense.forward(hidden), method.scale);
    }

    @Override
    public Tensor matrix() {
      return Tensors.scaled(dense().mm(down.weight()), method.scale);
    }

    @Override
    public @Nullable Tensor offset() {
      Tensor a = down.bias();
      Tensor b = up.bias();
      return a == null || b == null ? null : Tensors.scaled(dense().mv(a).add(b), method.scale);
    }

    /**
     * The upper layer as a dense matrix, with zeros between different groups: (D, R), small enough
     * to materialise.
     */
    private Tensor dense() {
      long rows = up.weight().size(0) / method.groups;
      Tensor[] groups =
          IntStream.range(0, method.groups)
              .mapToObj(g -> up.weight().narrow(0, g * rows, rows))
              .toArray(Tensor[]::new);
      return torch.block_diag(new TensorVector(groups));
    }
  }
}
