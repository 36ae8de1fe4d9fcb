package dev.adapterx.peft.weight;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.LowRank;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.kit.ProjectionTuner;
import dev.adapterx.peft.kit.ProjectionsTuner;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * DoRA: LoRA changes the direction of each row of a frozen weight, and a learned vector changes its
 * length.
 *
 * <pre>
 *   V = W + s · B A,   s = alpha / R
 *   y = (m / ‖V‖) ⊙ (V x) + b            ‖V‖ the length of each row, (D_out)
 *   m (D_out) = ‖W‖,  A ~ U(±1/√D_in),  B = 0
 * </pre>
 *
 * <p>Trainable: {@code R·(D_in + D_out) + D_out} for each target of each block; {@code (4·D·R +
 * 2·D)·L} for q and v: 313,344 on ViT-B/16 with R = 8. Mergeable: {@code W ← (m / ‖V‖) ⊙ V}. The
 * identity at the start, bit for bit.
 *
 * <p>Liu et al., DoRA: Weight-Decomposed Low-Rank Adaptation, ICML 2024, <a
 * href="https://arxiv.org/abs/2402.09353">arXiv 2402.09353</a>. As in peft, which contains the
 * authors' code: ‖V‖ is recomputed in each step but gets no gradient (section 4.3). Their "column
 * norm" is over D_in, a row of W as PyTorch keeps it. Dropout is applied to x in all that training
 * adds, {@code (m/‖V‖ - 1) ⊙ W drop(x)} included. Where q, k or v are targets, each third of the
 * fused layer has its own lengths. Norms are computed in fp32 and are at least 1e-12, so that a row
 * of zeros stays zero.
 *
 * @param rank R
 * @param alpha s = alpha / R; absent: R
 * @param rankStabilised s = alpha / √R instead
 * @param dropout of the input of the change
 * @param targets which projections of every block: q, k, v or all three as qkv, proj, fc1, fc2
 */
public record Dora(
    int rank,
    @Nullable Double alpha,
    boolean rankStabilised,
    double dropout,
    List<Projection> targets)
    implements PeftMethod {

  private static final double SMALLEST = 1e-12;

  public Dora {
    Checks.atLeastOne("dora.rank", rank);
    Lora.requireFinite("dora.alpha", alpha);
    Checks.share("dora.dropout", dropout);
    targets = Projection.targets("dora.targets", targets);
  }

  /** Rank 8 on q and v. */
  public Dora() {
    this(8, null, false, 0, List.of(Projection.Q, Projection.V));
  }

  @Override
  public String name() {
    return "dora";
  }

  @Override
  public String title() {
    return "DoRA";
  }

  /** s. */
  public double scale() {
    return Lora.scale(rank, alpha, rankStabilised);
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    List<ProjectionTuner> blocks = new ArrayList<>();
    Parameters parameters = new Parameters(rng, backbone.device());
    for (int i = 0; i < backbone.blocks().size(); i++) {
      List<Decomposed> changes = new ArrayList<>();
      for (Projection at : targets) {
        Linear layer = at.site().of(backbone.blocks().get(i));
        LowRank.requireBelievable("dora", at, layer, rank);
        String place = "blocks." + i + ".dora." + at.key();
        LowRank low = LowRank.initial(at, layer, rank, scale(), dropout, place, parameters);
        Tensor m = parameters.copy(place + ".m", lengths(at.slice(layer.weight(), 0), low));
        changes.add(new Decomposed(low, m));
      }
      blocks.add(new Around(changes));
    }
    return new ProjectionsTuner(backbone, blocks, parameters.named());
  }

  /** ‖W + ΔW‖ of each row (D_out) in fp32, a constant to gradients. */
  private static Tensor lengths(Tensor frozen, LowRank low) {
    try (Scope scope = Scope.withoutGradients()) {
      return scope.keep(lengths(Tensors.fp32(frozen).add(low.delta())));
    }
  }

  /** The length of each row, never 0. */
  public static Tensor lengths(Tensor weight) {
    return weight.norm(new ScalarOptional(new Scalar(2)), 1).clamp_min(new Scalar(SMALLEST));
  }

  /** DoRA around one block. */
  private record Around(List<Decomposed> changes) implements ProjectionTuner {}

  /** DoRA of one projection. */
  private record Decomposed(LowRank low, Tensor m) implements ProjectionTuner.Change {
    @Override
    public Projection at() {
      return low.at();
    }

    @Override
    public Tensor output(Tensor y, Tensor x, Linear frozen, Pass pass) {
      Tensor weight = at().slice(frozen.weight(), 0);
      Tensor dropped = low.dropped(x, pass);
      Tensor gain = m.div(lengths(weight, low)); // (D_out)
      Tensor change = Tensors.like(gain.sub(new Scalar(1)), x).mul(plain(y, dropped, frozen, pass));
      return y.add(change).add(Tensors.like(gain, x).mul(low.delta(dropped)));
    }

    /** W drop(x): taken from y if nothing was dropped. */
    private Tensor plain(Tensor y, Tensor dropped, Linear frozen, Pass pass) {
      if (pass.isTraining() && low.dropout() > 0) {
        return new Linear(at().slice(frozen.weight(), 0), null).forward(dropped);
      }
      Tensor bias = frozen.bias();
      return bias == null ? y : y.sub(Tensors.like(at().slice(bias, 0), y));
    }

    @Override
    public Tensor weight(Tensor frozen) {
      return frozen.add(low.delta()).mul(m.div(lengths(frozen, low)).unsqueeze(1));
    }
  }
}
