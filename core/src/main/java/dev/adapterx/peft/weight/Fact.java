package dev.adapterx.peft.weight;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.ProjectionsTuner;
import dev.adapterx.peft.kit.WeightTuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * FacT, factor-tuning: the changes of all frozen matrices form one tensor, stored as a few small
 * factors shared by the whole network.
 *
 * <pre>
 *   W ← W + s · V S U          U (R, D) and V (D, R) shared; S of each matrix
 *   q, k, v, proj: S (R, R);  fc1: S (4R, R), a slice for each D rows;  fc2: S (R, 4R)
 *   TT: S itself is trained
 *   TK: S is a slice of C ×₃ P: S_ij = Σ_k C_ijk P_km          C (R, R, R), P (R, 12L) shared
 * </pre>
 *
 * <p>Dropout acts on S U x in training. Trainable (D width, L depth): TT {@code 2DR + 12LR²}, TK
 * {@code 2DR + R³ + 12LR}. ViT-B/16: TT with R = 16 61,440; TK 30,976, with R = 32 86,528.
 * Initially V = 0, so it starts as the frozen backbone; U and TT's S U(±1/√columns), C and P
 * Xavier-uniform.
 *
 * <p>Mergeable: it only changes weights; biases are unchanged.
 *
 * <p>Jie and Deng, FacT: Factor-Tuning for Lightweight Adaptation on Vision Transformer, AAAI 2023,
 * <a href="https://arxiv.org/abs/2212.03145">arXiv 2212.03145</a>. As the authors' code, the order
 * in which it cuts slices for the MLP included; R and s are chosen for each task there. Deviation:
 * an MLP may be any whole number of times as wide as the backbone, not only four times (12 becomes
 * 4 + 2 · ratio).
 *
 * @param form how S is made
 * @param rank R
 * @param scale s
 * @param dropout between S and V
 */
public record Fact(Form form, int rank, double scale, double dropout) implements PeftMethod {
  /** How a matrix's own factor is made. */
  public enum Form {
    /** Tensor train: each matrix has its own. */
    TT,
    /** Tucker: a slice of a core that all share. */
    TK
  }

  public Fact {
    Checks.atLeastOne("fact.rank", rank);
    Checks.finite("fact.scale", scale);
    Checks.share("fact.dropout", dropout);
  }

  /** Tensor train of rank 16. */
  public Fact() {
    this(Form.TT, 16, 1, 0.1);
  }

  @Override
  public String name() {
    return "fact";
  }

  @Override
  public String title() {
    return "FacT-" + form;
  }

  @Override
  public Map<String, Fact> presets() {
    return Map.of("tk", new Fact(Form.TK, 32, 1, 0.1));
  }

  @Override
  public Map<Capability, String> needs() {
    return Map.of(Capability.ONE_WIDTH, "all blocks share its factors");
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    int width = backbone.width();
    int ratio = ratio(backbone.blocks().get(0), width);
    int depth = backbone.blocks().size();
    double own =
        form == Form.TT ? (4.0 + 2 * ratio) * depth * rank * rank : (double) rank * rank * rank;
    Checks.believable("fact: rank " + rank + " makes factors", 2.0 * width * rank + own);
    Parameters parameters = new Parameters(rng, backbone.device());
    Tensor u = parameters.add("fact.u", r -> Init.kaimingUniform(r, width, rank, width));
    Tensor v = parameters.add("fact.v", r -> Init.zeros(width, rank));
    Factors factors =
        form == Form.TT
            ? (site, i) -> train(site, backbone.blocks().get(i), ratio, parameters)
            : tucker(ratio, depth, parameters);
    List<Around> blocks =
        IntStream.range(0, depth)
            .mapToObj(
                i -> {
                  Map<LinearSite, Change> changes = new EnumMap<>(LinearSite.class);
                  for (LinearSite site : LinearSite.values()) {
                    String place =
                        backbone.blocks().get(i).name()
                            + ".fact."
                            + site.name().toLowerCase(Locale.ROOT);
                    int from = site == LinearSite.FC2 ? ratio : 1;
                    int to = to(site, ratio);
                    changes.put(site, new Change(this, u, v, factors.of(site, i), from, to, place));
                  }
                  return new Around(changes);
                })
            .toList();
    return new ProjectionsTuner(backbone, blocks, parameters.named());
  }

  private static int ratio(Block block, int width) {
    long hidden = block.mlp().fc1().weight().size(0);
    if (hidden % width != 0) {
      throw new ConfigException(
          "fact cuts the MLP's matrices into squares of the backbone's width "
              + width
              + ", of which its hidden width must be a multiple, found "
              + hidden
              + ". Choose another method for this backbone, such as lora");
    }
    return Math.toIntExact(hidden / width);
  }

  /** The number of D-wide pieces in a layer's output. */
  private static int to(LinearSite site, int ratio) {
    return switch (site) {
      case QKV -> 3;
      case FC1 -> ratio;
      case PROJ, FC2 -> 1;
    };
  }

  /** Computes S of a block's layer, (pieces out · R, pieces in · R), on demand. */
  @FunctionalInterface
  private interface Factors {
    Supplier<Tensor> of(LinearSite site, int block);
  }

  private Supplier<Tensor> train(LinearSite site, Block block, int ratio, Parameters parameters) {
    String place = block.name() + ".fact.";
    if (site == LinearSite.QKV) {
      Tensor q = square(place + "q", parameters);
      Tensor k = square(place + "k", parameters);
      Tensor v = square(place + "v", parameters);
      return () -> Tensors.cat(0, q, k, v);
    }
    int rows = to(site, ratio) * rank;
    int columns = site == LinearSite.FC2 ? ratio * rank : rank;
    Tensor own =
        parameters.add(
            place + site.name().toLowerCase(Locale.ROOT),
            r -> Init.kaimingUniform(r, columns, rows, columns));
    return () -> own;
  }

  private Tensor square(String name, Parameters parameters) {
    return parameters.add(name, r -> Init.kaimingUniform(r, rank, rank, rank));
  }

  private Factors tucker(int ratio, int depth, Parameters parameters) {
    int slices = 4 + 2 * ratio; // of one block: q, k, v, proj, fc1, fc2
    // A (R, R, R) tensor counts as R² inputs and R² outputs.
    double bound = Math.sqrt(6.0 / (2.0 * rank * rank));
    Tensor core = parameters.add("fact.core", r -> Init.uniform(r, bound, rank, rank, rank));
    Tensor factors =
        parameters.add(
            "fact.factors", r -> Init.xavierUniform(r, rank, Math.multiplyExact(slices, depth)));
    return (site, block) -> {
      Slices cut = Slices.of(site, block, ratio);
      return () -> slices(site, core.matmul(factors.narrow(1, cut.first, cut.count)));
    };
  }

  /** The columns of P that belong to a layer: block by block, in each q, k, v, proj, fc1, fc2. */
  record Slices(int first, int count) {
    static Slices of(LinearSite site, int block, int ratio) {
      int before =
          switch (site) {
            case QKV -> 0;
            case PROJ -> 3;
            case FC1 -> 4;
            case FC2 -> 4 + ratio;
          };
      int count = site == LinearSite.FC2 ? ratio : to(site, ratio);
      return new Slices(block * (4 + 2 * ratio) + before, count);
    }
  }

  /** The slices (R in, R out, n) of a layer as its S. */
  private Tensor slices(LinearSite site, Tensor cut) {
    return switch (site) {
      case QKV, PROJ -> cut.permute(2, 1, 0).reshape(-1, rank);
      case FC1 -> cut.reshape(rank, -1).t();
      case FC2 -> cut.reshape(rank, -1);
    };
  }

  /** Around one block. */
  private record Around(Map<LinearSite, Change> changes) implements WeightTuner {
    @Override
    public Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
      return linear.forward(x).add(change(at).forward(x, pass));
    }

    @Override
    public Linear merged(LinearSite at, Linear frozen) {
      return new Linear(Tensors.fp32(frozen.weight()).add(change(at).matrix()), frozen.bias());
    }

    private Change change(LinearSite at) {
      return Objects.requireNonNull(changes.get(at));
    }
  }

  /**
   * The change of one matrix.
   *
   * @param s S, computed again for each use
   * @param from number of D-wide input pieces
   * @param to number of D-wide output pieces
   */
  private record Change(
      Fact method, Tensor u, Tensor v, Supplier<Tensor> s, int from, int to, String place) {
    /** x (B, N, from · D) to (B, N, to · D). */
    Tensor forward(Tensor x, Pass pass) {
      long batch = x.size(0);
      long tokens = x.size(1);
      Tensor pieces = x.reshape(batch, tokens, from, -1);
      Tensor down = new Linear(u, null).forward(pieces).flatten(2, 3); // (B, N, from · R)
      Tensor mixed = new Linear(s.get(), null).forward(down); // (B, N, to · R)
      Tensor kept = pass.dropout(mixed, method.dropout, place + ".dropout");
      Tensor up = new Linear(v, null).forward(kept.view(batch, tokens, to, method.rank));
      return Tensors.scaled(up.flatten(2, 3), method.scale);
    }

    /** {@code s V S U} for every pair of pieces: (to · D, from · D). */
    Tensor matrix() {
      long width = u.size(1);
      Tensor right = s.get().reshape(-1, method.rank).mm(u); // (to · R · from, D)
      Tensor pieces = right.view(to, method.rank, from * width);
      Tensor whole = v.matmul(pieces).reshape(to * width, from * width);
      return Tensors.scaled(whole, method.scale);
    }
  }
}
