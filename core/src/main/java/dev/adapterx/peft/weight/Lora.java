package dev.adapterx.peft.weight;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Bankable;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.LowRank;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.kit.ProjectionsTuner;
import dev.adapterx.peft.kit.WeightTuner;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * LoRA: a low-rank change beside frozen projections.
 *
 * <pre>
 *   y = W x + b + s · B A drop(x),   s = alpha / R
 *   A (R, D_in) ~ U(±1/√D_in),  B (D_out, R) = 0
 * </pre>
 *
 * <p>Shapes: x (B, N, D_in), y (B, N, D_out). Trainable: {@code R·(D_in + D_out)} for each target
 * of each block; {@code 4·D·R·L} for q and v: 294,912 on ViT-B/16 with R = 8. Mergeable: {@code W +
 * s·B A}. The identity at the start, because B = 0.
 *
 * <p>Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, ICLR 2022, <a
 * href="https://arxiv.org/abs/2106.09685">arXiv 2106.09685</a>. As the authors' code and peft. Here
 * alpha is R unless it is set, so s = 1; a scale s in other papers means {@code alpha = s · R}.
 * Initial A: the authors' code and peft draw Kaiming-uniform with a = √5, as here; the paper
 * describes a Gaussian. Where q, k or v are targets, each is a third of the fused {@code attn.qkv}
 * with its own A and B.
 *
 * @param rank R
 * @param alpha s = alpha / R; absent: R
 * @param rankStabilised s = alpha / √R instead (Kalajdzievski 2023, <a
 *     href="https://arxiv.org/abs/2312.03732">arXiv 2312.03732</a>)
 * @param dropout of A's input
 * @param targets which projections of every block: q, k, v or all three as qkv, proj, fc1, fc2
 */
public record Lora(
    int rank,
    @Nullable Double alpha,
    boolean rankStabilised,
    double dropout,
    List<Projection> targets)
    implements Bankable {

  public Lora {
    Checks.atLeastOne("lora.rank", rank);
    requireFinite("lora.alpha", alpha);
    Checks.share("lora.dropout", dropout);
    targets = Projection.targets("lora.targets", targets);
  }

  /** Rank 8 on q and v, as in vision benchmarks. */
  public Lora() {
    this(8, null, false, 0, List.of(Projection.Q, Projection.V));
  }

  @Override
  public String name() {
    return "lora";
  }

  @Override
  public String title() {
    return "LoRA";
  }

  /** s. */
  public double scale() {
    return scale(rank, alpha, rankStabilised);
  }

  static double scale(int rank, @Nullable Double alpha, boolean rankStabilised) {
    return (alpha == null ? rank : alpha) / (rankStabilised ? Math.sqrt(rank) : rank);
  }

  static void requireFinite(String key, @Nullable Double value) {
    if (value != null && !Double.isFinite(value)) {
      throw new ConfigException(key + " must be a finite number, found " + value);
    }
  }

  @Override
  public Tuner attach(Backbone backbone, Parameters parameters) {
    List<WeightTuner> blocks = new ArrayList<>();
    for (int i = 0; i < backbone.blocks().size(); i++) {
      List<LowRank> changes = new ArrayList<>();
      for (Projection at : targets) {
        Linear layer = at.site().of(backbone.blocks().get(i));
        LowRank.requireBelievable("lora", at, layer, rank);
        String place = "blocks." + i + ".lora." + at.key();
        changes.add(LowRank.initial(at, layer, rank, scale(), dropout, place, parameters));
      }
      blocks.add(new Around(changes));
    }
    return new ProjectionsTuner(backbone, blocks, parameters.named());
  }

  /** LoRA around one block. */
  private record Around(List<LowRank> changes) implements WeightTuner {
    @Override
    public Tensor linear(LinearSite site, Linear frozen, Tensor x, Pass pass) {
      List<LowRank> here = Projection.Changing.of(site, changes);
      return here.isEmpty() ? frozen.forward(x) : LowRank.beside(frozen, here, x, pass);
    }

    @Override
    public Linear merged(LinearSite site, Linear frozen) {
      List<LowRank> here = Projection.Changing.of(site, changes);
      if (here.isEmpty()) {
        return frozen;
      }
      Tensor weight = Tensors.fp32(frozen.weight());
      return new Linear(
          Projection.joined(weight, 0, here, (low, part) -> part.add(low.delta())), frozen.bias());
    }
  }
}
