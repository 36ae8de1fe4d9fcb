package dev.adapterx.nn;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass: whether it trains, its random streams, and what it collects (auxiliary losses,
 * routing). Layers and tuners are immutable and shared between threads; all state of a single
 * forward pass is here.
 *
 * <p>A stream is named by the place that draws from it, derived from the stream of this pass (seed,
 * step), so adding a layer changes no other layer's draws and a resumed run needs no generator
 * state.
 */
public final class Pass {
  /** Receives the routing decisions of experts. */
  @FunctionalInterface
  public interface RoutingObserver {
    /**
     * One use of a mixture.
     *
     * @param place the block, for example {@code blocks.3}
     * @param probabilities (T, E) of each sub-token over the experts
     * @param chosen (T, 1) the expert each sub-token went to
     * @param heads sub-tokens per token, stored consecutively
     */
    void routed(String place, Tensor probabilities, Tensor chosen, int heads);

    /**
     * One use of a mixture whose experts may be shared with other places.
     *
     * @param library name shared by all uses of the same experts; the place itself if its experts
     *     are not shared
     */
    default void routed(
        String place, String library, Tensor probabilities, Tensor chosen, int heads) {
      routed(place, probabilities, chosen, heads);
    }
  }

  private final @Nullable Rng rng;
  private final double dropPath;
  private final @Nullable RoutingObserver observer;
  private final Map<String, Auxiliary> losses = new LinkedHashMap<>();
  private final Map<String, Supplier<Observed>> statistics = new LinkedHashMap<>();
  private final Map<Class<?>, Object> kept;
  private final @Nullable Segments segments; // absent without checkpointing
  private final @Nullable Pass whole; // the pass this is a part of
  private @Nullable Segments cuts; // where gradients are told, once there are any
  private Scope.Keeper keeper = Scope.keeper();

  /**
   * The batch statistics a batch norm computed.
   *
   * @param mean (C)
   * @param var (C) unbiased
   */
  @SuppressWarnings("ArrayRecordComponent") // a few numbers in transit; never compared
  public record Observed(float[] mean, float[] var) {}

  /**
   * A segment of a forward pass, from tensors to tensors; all it draws, stores and reports goes
   * through the pass it is given. It must be repeatable: run again with the same input, it computes
   * the same.
   */
  @FunctionalInterface
  public interface Part {
    List<Tensor> run(List<Tensor> in, Pass pass);
  }

  private record Auxiliary(double weight, List<Tensor> uses) {
    Tensor mean() {
      return Tensors.scaled(uses.stream().reduce(Tensor::add).orElseThrow(), 1.0 / uses.size());
    }
  }

  private Pass(@Nullable Rng rng, double dropPath, @Nullable RoutingObserver observer) {
    this(rng, dropPath, observer, new HashMap<>(), null, null);
  }

  private Pass(
      @Nullable Rng rng,
      double dropPath,
      @Nullable RoutingObserver observer,
      Map<Class<?>, Object> kept,
      @Nullable Segments segments,
      @Nullable Pass whole) {
    this.rng = rng;
    this.dropPath = dropPath;
    this.observer = observer;
    this.kept = kept;
    this.segments = segments;
    this.whole = whole;
  }

  /** Deterministic: no dropout, no drop-path, no auxiliary losses. */
  public static Pass evaluation() {
    return new Pass(null, 0, null);
  }

  /** As {@link #evaluation()}, reporting to an observer how tokens were routed. */
  public static Pass evaluation(RoutingObserver observer) {
    return new Pass(null, 0, observer);
  }

  /**
   * A training step's forward pass with its own stream; {@code dropPath} is the rate of the last
   * block (increasing linearly from 0 at the first).
   */
  public static Pass training(Rng rng, double dropPath) {
    return new Pass(rng, dropPath, null);
  }

  /** As {@link #training(Rng, double)}, reporting to an observer how tokens were routed. */
  public static Pass training(Rng rng, double dropPath, RoutingObserver observer) {
    return new Pass(rng, dropPath, observer);
  }

  /**
   * This pass with activation checkpointing: of each {@link #part} only inputs and outputs are
   * kept, and {@link #gradients} recomputes the rest. The same numbers with less memory, at the
   * cost of about one more forward pass. Call before the pass begins.
   */
  public Pass checkpointing() {
    return new Pass(rng, dropPath, observer, kept, new Segments(), null);
  }

  /**
   * Runs a part; with checkpointing its activations are dropped and recomputed in the backward
   * pass.
   *
   * @param in all inputs of the part that have a gradient, apart from trained tensors
   */
  public List<Tensor> part(List<Tensor> in, Part part) {
    return segments == null ? part.run(in, this) : segments.run(in, part, this);
  }

  /**
   * A function of one tensor whose gradient is told and not derived: y = forth(x), ∂x = back(∂y).
   * Both run without gradients.
   *
   * @throws IllegalStateException with checkpointing
   */
  public Tensor told(Tensor x, UnaryOperator<Tensor> forth, UnaryOperator<Tensor> back) {
    return x.requires_grad() ? cuts().told(x, forth, back, keeper) : forth.apply(x);
  }

  /**
   * x, from which on the graph is differentiated by itself: around {@link #told} functions it keeps
   * what is differentiated more than once short.
   *
   * @throws IllegalStateException with checkpointing
   */
  public Tensor cut(Tensor x) {
    return x.requires_grad() ? cuts().leaf(x, keeper) : x;
  }

  private Segments cuts() {
    if (segments != null || whole != null) {
      throw new IllegalStateException("Parts that are recomputed have no gradients that are told");
    }
    if (cuts == null) {
      cuts = new Segments();
    }
    return cuts;
  }

  /**
   * The gradients of a loss computed in this pass; undefined for tensors the loss does not depend
   * on. Belongs to no scope: the caller closes them.
   *
   * @param of leaves of the graph
   */
  public List<Tensor> gradients(Tensor loss, List<Tensor> of) {
    if (segments != null) {
      return segments.gradients(loss, of, !kept.isEmpty());
    }
    return cuts == null
        ? new Segments().gradients(loss, of, false)
        : cuts.gradients(loss, of, true);
  }

  /** The pass of one of this pass's parts, the first time or recomputed. */
  Pass ofPart(boolean again) {
    return new Pass(rng, dropPath, again ? null : observer, kept, null, again ? null : this);
  }

  /** All uses of the auxiliary losses, name by name. */
  List<Tensor> uses() {
    return losses.values().stream().flatMap(a -> a.uses().stream()).toList();
  }

  /** Adds a part's uses of the auxiliary losses, in the order of {@link #uses()}. */
  void addUses(Pass part, List<Tensor> uses) {
    int at = 0;
    for (Map.Entry<String, Auxiliary> loss : part.losses.entrySet()) {
      for (int i = 0; i < loss.getValue().uses().size(); i++) {
        addMeanLoss(loss.getKey(), uses.get(at++), loss.getValue().weight());
      }
    }
  }

  /**
   * Begins the pass: what it collects lives as long as the scope that is open now, whatever scopes
   * its parts open.
   */
  public void begin() {
    keeper = Scope.keeper();
  }

  /** Whether this is a training pass. */
  public boolean isTraining() {
    return rng != null;
  }

  /** Whether routing decisions are reported to an observer. Must not change what is computed. */
  public boolean isObserved() {
    return observer != null;
  }

  /** This forward pass without its observer; only for evaluation, which collects nothing else. */
  public Pass unobserved() {
    if (isTraining()) {
      throw new IllegalStateException("A training pass collects losses and statistics as well");
    }
    return observer == null ? this : new Pass(null, 0, null, kept, null, null);
  }

  /** The stream of a place, while training. */
  public Rng rng(String place) {
    if (rng == null) {
      throw new IllegalStateException(place + " draws random numbers in an evaluation pass");
    }
    return rng.at(place);
  }

  /**
   * Drops elements with probability p and scales the others by 1/(1-p) (inverted dropout); the
   * identity in evaluation.
   *
   * @param shape of the mask, which is broadcast over x
   */
  public Tensor dropout(Tensor x, double p, String place, long... shape) {
    if (rng == null || p == 0) {
      return x;
    }
    return x.mul(DropoutMask.of(rng(place), 1 - p, x, shape));
  }

  /** Dropout of single elements: see {@link #dropout(Tensor, double, String, long...)}. */
  public Tensor dropout(Tensor x, double p, String place) {
    return dropout(x, p, place, x.shape());
  }

  /**
   * Stochastic depth: drops whole samples of a residual branch and scales the others by 1/keep
   * (Huang et al., Deep Networks with Stochastic Depth, ECCV 2016); the identity in evaluation.
   *
   * @param branch (B, N, D)
   * @param share of the pass's rate that this block has, 0 (first block) … 1 (last)
   */
  public Tensor dropPath(Tensor branch, double share, String place) {
    double p = dropPath * share;
    if (rng == null || p == 0) {
      return branch;
    }
    return branch.mul(DropoutMask.of(rng(place), 1 - p, branch, branch.size(0), 1, 1));
  }

  /**
   * Dropout's factors for rows that have been permuted, drawn in their original order, so that what
   * is dropped of a row does not depend on its position.
   *
   * @param to target position of each row
   * @param places number of positions; 0 at positions without a row
   * @param columns per row
   * @param model tensor whose dtype the factors have
   * @return (places, columns) of 0 and 1/(1-p); empty when nothing is dropped
   */
  public Optional<Tensor> dropoutRows(
      long[] to, int places, int columns, double p, String place, Tensor model) {
    return rng == null || p == 0
        ? Optional.empty()
        : Optional.of(DropoutMask.rows(rng(place), 1 - p, model, to, places, columns));
  }

  /**
   * Adds one use's term of an auxiliary loss; what is minimised is the weight times the mean over
   * all uses in this pass. Ignored in evaluation.
   */
  public void addMeanLoss(String name, Tensor loss, double weight) {
    if (isTraining()) {
      losses
          .computeIfAbsent(name, unused -> new Auxiliary(weight, new ArrayList<>()))
          .uses()
          .add(keeper.keep(loss));
    }
  }

  /** The weighted sum of the auxiliary losses, if there are any. */
  public Optional<Tensor> auxiliaryLoss() {
    return losses.values().stream()
        .map(a -> Tensors.scaled(a.mean(), a.weight()))
        .reduce(Tensor::add);
  }

  /** The mean over the uses of one auxiliary loss, unweighted, if it was added. */
  public Optional<Tensor> loss(String name) {
    return Optional.ofNullable(losses.get(name)).map(Auxiliary::mean);
  }

  /**
   * Receives the statistics of the batch that a batch norm normalised, for the running statistics
   * to be updated.
   */
  public void observed(String norm, Tensor mean, Tensor var) {
    if (whole != null) {
      whole.observed(norm, mean, var);
    } else if (mean.is_cpu()) {
      Observed seen = observed(mean, var);
      statistics.put(norm, () -> seen);
    } else { // reading them now would stall the device
      Tensor first = keeper.keep(mean);
      Tensor second = keeper.keep(var);
      statistics.put(norm, () -> observed(first, second));
    }
  }

  private static Observed observed(Tensor mean, Tensor var) {
    return new Observed(Tensors.floats(mean), Tensors.floats(var));
  }

  /**
   * The batch statistics of this pass, by the batch norm's place. Waits for the device that
   * computes them; call inside the scope the pass began in.
   */
  public Map<String, Observed> statistics() {
    Map<String, Observed> read = new LinkedHashMap<>();
    statistics.forEach((norm, seen) -> read.put(norm, seen.get()));
    return read;
  }

  /**
   * Stores a value computed once in this pass for later layers, for example what the embedding
   * knows about the input and the blocks need. A second value of the type replaces the first.
   *
   * @throws IllegalStateException within a part that may be recomputed: no gradient would flow back
   *     into it
   */
  public <T> void keep(Class<T> type, T value) {
    if (whole != null) {
      throw new IllegalStateException(
          type.getSimpleName()
              + " is kept within a part of a forward pass; keep it before the first part");
    }
    kept.put(type, value);
  }

  /**
   * The value stored by {@link #keep}.
   *
   * @throws IllegalStateException when no value of that type was stored
   */
  public <T> T kept(Class<T> type) {
    Object value = kept.get(type);
    if (value == null) {
      throw new IllegalStateException("Nothing was kept of type " + type.getSimpleName());
    }
    return type.cast(value);
  }

  /** Reports a routing decision to the observer, if any; the experts are the place's own. */
  public void routed(String place, Tensor probabilities, Tensor chosen, int heads) {
    routed(place, place, probabilities, chosen, heads);
  }

  /** Reports a routing decision to the observer, if any; the experts are those of a library. */
  public void routed(String place, String library, Tensor probabilities, Tensor chosen, int heads) {
    if (observer != null) {
      observer.routed(place, library, probabilities, chosen, heads);
    }
  }
}
