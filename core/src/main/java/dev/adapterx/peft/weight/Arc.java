package dev.adapterx.peft.weight;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.LinearResidual;
import dev.adapterx.peft.kit.ProjectionsTuner;
import dev.adapterx.tensor.Init;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * ARC, adapter re-composing: all blocks project down and up with the same matrix; each block has
 * only its own scales in between.
 *
 * <pre>
 *   A_l(u) = u + P drop(c_l ⊙ Pᵀu) + b_l          P (D, R) shared; c_l (R) and b_l (D) of block l
 *   x ← x + DP(attention(A_l(norm1 x)))
 *   y = x + DP(mlp(A'_l(norm2 x)))                (B, N, D)
 * </pre>
 *
 * <p>The adapters before MLPs share another P. Trainable (D width, L depth): {@code 2DR + 2L(R +
 * D)}; half of that with attention-only. ViT-B/16: 96,432. Initially P Xavier-uniform, b 0, c 0
 * before attentions and U(±√(6/(R + 1))) before MLPs; so it starts as the frozen backbone only with
 * attention-only.
 *
 * <p>Mergeable: {@code W ← W(I + P diag(c) Pᵀ)}, {@code bias ← bias + W b_l}; a layer without bias
 * gets one.
 *
 * <p>Dong et al., Efficient Adaptation of Large Vision Transformer via Adapter Re-Composing,
 * NeurIPS 2023, <a href="https://arxiv.org/abs/2310.06234">arXiv 2310.06234</a>. Initial values are
 * those of the authors' code as first published; a later version starts all c at 0.
 *
 * @param bottleneck R
 * @param dropout between the two projections; the authors' configuration has 0, the runs 0.1
 * @param attentionOnly whether the adapters before MLPs are left out, the authors' ARC_att
 */
public record Arc(int bottleneck, double dropout, boolean attentionOnly) implements PeftMethod {

  public Arc {
    Checks.atLeastOne("arc.bottleneck", bottleneck);
    Checks.share("arc.dropout", dropout);
  }

  /** The settings of ViT-B/16. */
  public Arc() {
    this(50, 0.1, false);
  }

  @Override
  public String name() {
    return "arc";
  }

  @Override
  public String title() {
    return "ARC";
  }

  @Override
  public Map<Capability, String> needs() {
    return Map.of(Capability.ONE_WIDTH, "all blocks share its projections");
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    int width = backbone.width();
    Checks.believableAdapter("arc", bottleneck, width);
    Parameters parameters = new Parameters(rng, backbone.device());
    Tensor attn = projection(width, "arc.attn", parameters);
    Tensor mlp = attentionOnly ? null : projection(width, "arc.mlp", parameters);
    List<LinearResidual.Around> blocks =
        backbone.blocks().stream()
            .map(
                block -> {
                  String place = block.name() + ".arc";
                  Tensor scale = parameters.add(place + ".attn.scale", r -> Init.zeros(bottleneck));
                  LinearResidual before = adapter(attn, scale, place + ".attn", parameters);
                  return new LinearResidual.Around(
                      before, mlp == null ? null : beforeMlp(mlp, place + ".mlp", parameters));
                })
            .toList();
    return new ProjectionsTuner(backbone, blocks, parameters.named());
  }

  private Tensor projection(int width, String place, Parameters parameters) {
    return parameters.add(
        place + ".projection", rng -> Init.xavierUniform(rng, width, bottleneck)); // (D, R)
  }

  private LinearResidual beforeMlp(Tensor projection, String place, Parameters parameters) {
    double bound = Math.sqrt(6.0 / (bottleneck + 1)); // a row of R is a (1, R) matrix
    Tensor scale = parameters.add(place + ".scale", rng -> Init.uniform(rng, bound, bottleneck));
    return adapter(projection, scale, place, parameters);
  }

  private LinearResidual adapter(
      Tensor projection, Tensor scale, String place, Parameters parameters) {
    int width = (int) projection.size(0);
    Tensor bias = parameters.add(place + ".bias", rng -> Init.zeros(width));
    return new Adapter(projection, scale, bias, dropout, place);
  }

  /** One block's use of the shared projection. */
  private record Adapter(Tensor projection, Tensor scale, Tensor bias, double dropout, String place)
      implements LinearResidual {
    @Override
    public Tensor forward(Tensor u, Pass pass) {
      Tensor scaled = projection.mul(scale).t(); // (R, D)
      Tensor hidden = new Linear(scaled, null).forward(u); // (B, N, R)
      Tensor kept = pass.dropout(hidden, dropout, place + ".dropout");
      return new Linear(projection, bias).forward(kept);
    }

    @Override
    public Tensor matrix() {
      return projection.mul(scale).mm(projection.t());
    }

    @Override
    public @Nullable Tensor offset() {
      return bias;
    }
  }
}
