package dev.adapterx.peft.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.tensor.NamedTensors;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * PointGST: beside every MLP a bottleneck that adapts the patches in the spectral domain of graphs
 * over their centres.
 *
 * <pre>
 *   W_ij = 1 / |c_i − c_j|,  L = diag(Σ_j W_ij) − W = U diag(λ) Uᵀ      of all G centres, and of each
 *                                                   run of S of them along a Z-order curve
 *   h = W_dn a + b_dn                                                   (B, N, R)
 *   g(x; U) = Fᵀ (s + silu(A LN(s) + b)),  s = F x,  F = U or Uᵀ        A, b shared by all graphs
 *   z = silu(h), of patches x of h:  silu(x) + g(x; U_cloud) + g(x; U_runs)
 *   y = a + DP(mlp(norm2 a)) + W_up z + b_up
 * </pre>
 *
 * <p>Trainable (D width, L depth, R rank): {@code L(2DR + D + R + R² + 5R)} and {@code 2D} CLS and
 * its position. Point-MAE: 355,296, with Point-MAE's head over 15 classes 622,831, 2.77 % of the
 * total, as in the paper. Not mergeable: the basis is each cloud's own. The identity at the start,
 * since W_up and b_up are 0 (as are A and b).
 *
 * <p>Liang et al., Parameter-Efficient Fine-Tuning in Spectral Domain for Point Cloud Learning, <a
 * href="https://arxiv.org/abs/2410.08114">arXiv 2410.08114</a>. As the authors' code, which
 * multiplies by U although the graph Fourier transform is Uᵀ ({@link Transform}), and trains every
 * tensor with "adapt" or "cls" in its name. Deviations: the authors divide distances by the
 * smallest of the whole batch, which scales the eigenvalues and leaves the eigenvectors unchanged;
 * this is left out, so that no cloud depends on another. Centres that coincide, whose weight is
 * infinite there, are treated as if as far apart as the two nearest others. Signs of eigenvectors
 * are fixed and bases are computed in fp64. The batch norms of the backbone keep their running
 * statistics unless it is loaded with {@code batch-norm: update}.
 *
 * <p>Each cloud needs a G × G eigendecomposition in each forward pass. Where a cloud is symmetric
 * its eigenvalues coincide, and the choice of eigenvectors depends on rounding: such clouds may
 * score differently on another machine.
 *
 * @param rank R
 * @param local S, must divide G; absent: the largest divisor of G up to 32, which is the authors'
 * @param transform the transform of patches to the spectral domain
 */
public record PointGst(int rank, @Nullable Integer local, Transform transform)
    implements PeftMethod {
  private static final int LARGEST_LOCAL = 32;

  /** The transform of patches to the spectral domain; its transpose transforms back. */
  public enum Transform {
    /**
     * {@code U x}, with eigenvectors in the columns of U: what the authors' code computes and their
     * results are from. It rotates the patches by the graph, but its rows do not correspond to
     * frequencies.
     */
    TRANSPOSED,
    /** {@code Uᵀ x}: the graph Fourier transform, a row for each frequency. */
    FOURIER
  }

  public PointGst {
    Checks.atLeastOne("point-gst.rank", rank);
    if (local != null) {
      Checks.atLeastOne("point-gst.local", local);
    }
  }

  /** The authors' settings. */
  public PointGst() {
    this(36, null, Transform.TRANSPOSED);
  }

  @Override
  public String name() {
    return "point-gst";
  }

  @Override
  public String title() {
    return "PointGST";
  }

  /** S for the given number of groups. */
  int local(int groups) {
    if (local == null) {
      return divisors(groups).filter(s -> s <= LARGEST_LOCAL).max().orElseThrow();
    }
    if (groups % local != 0) {
      int nearest =
          divisors(groups)
              .boxed()
              .min(Comparator.comparingInt(s -> Math.abs(s - local)))
              .orElseThrow();
      throw new ConfigException(
          "point-gst.local must divide the number of groups "
              + groups
              + ", found "
              + local
              + "; nearest valid: "
              + nearest);
    }
    return local;
  }

  private static IntStream divisors(int n) {
    return IntStream.rangeClosed(1, n).filter(s -> n % s == 0);
  }

  @Override
  public Map<Capability, String> needs() {
    return Map.of(Capability.POINTS, "its graphs connect the centres of groups");
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    PointPreprocessing points = (PointPreprocessing) backbone.preprocessing();
    int width = backbone.width();
    Checks.believable("point-gst: rank " + rank + " makes an adapter", rank * (2.0 * width + rank));
    return new Attached(
        this, backbone, local(points.groups()), new Parameters(rng, backbone.device()));
  }

  /** The tensors on one backbone. */
  private static final class Attached implements Tuner {
    private final Backbone backbone;
    private final int local;
    private final @Nullable ClassToken cls;
    private final List<Around> blocks;
    private final NamedTensors trainable;

    Attached(PointGst method, Backbone backbone, int local, Parameters parameters) {
      this.backbone = backbone;
      this.local = local;
      this.cls = backbone.cls() == null ? null : parameters.copy(backbone.cls());
      this.blocks =
          backbone.blocks().stream()
              .map(
                  block ->
                      new Around(
                          SpectralAdapter.initial(
                              backbone.width(),
                              method.rank,
                              method.transform,
                              block.name() + ".spectral",
                              parameters)))
              .toList();
      this.trainable = parameters.named();
    }

    @Override
    public Backbone backbone() {
      return backbone;
    }

    @Override
    public Embedding embed(Backbone frozen, Tensor input, Pass pass) {
      Embedding x = frozen.embed(input, cls, UnaryOperator.identity(), pass);
      pass.keep(GraphBasis.class, GraphBasis.of(input.select(2, 0), local));
      return x;
    }

    @Override
    public BlockTuner block(int i) {
      return blocks.get(i);
    }

    @Override
    public NamedTensors trainable() {
      return trainable;
    }

    @Override
    public NamedTensors merged() {
      throw new ConfigException(
          "what its adapters do depends on the graph of each cloud, and no weights of a plain"
              + " backbone do that. Keep the adapter and load it onto the backbone");
    }

    @Override
    public Set<String> undecayed() {
      return Set.of("cls_token");
    }
  }

  /** Around one block. */
  private record Around(SpectralAdapter adapter) implements BlockTuner {
    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      return BlockTuner.super
          .mlpHalf(b, a, pass)
          .add(adapter.forward(a, pass.kept(GraphBasis.class)));
    }
  }
}
