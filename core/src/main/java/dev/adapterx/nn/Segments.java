package dev.adapterx.nn;

import dev.adapterx.tensor.Operators;
import dev.adapterx.tensor.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Activation checkpointing (Chen et al., Training Deep Nets with Sublinear Memory Cost, <a
 * href="https://arxiv.org/abs/1604.06174">arXiv 1604.06174</a>): runs the parts of one forward
 * pass, of which only the inputs are kept. In the backward pass each part is recomputed and
 * differentiated by itself:
 *
 * <pre>
 *   forth:  y = leaf(f_n(x))                    x, y have no graph behind them
 *   back:   ∂x, ∂θ += ∇ f_n(x) · ∂y             n = last … first, then what made the first x
 * </pre>
 *
 * <p>Memory: the inputs of each part, and the activations of the largest one. What lies outside the
 * parts (embedding, head) keeps its ordinary graph.
 *
 * <p>The same cuts serve functions without a graph of their own, whose gradient is told ({@link
 * #told}), such as products in int8.
 *
 * <p>The first time, a part is computed exactly as when it is recomputed, its graph recorded and
 * dropped: so the arithmetic is the same, and it shows whether anything in the part has a gradient
 * at all.
 */
final class Segments {
  /**
   * A place where the graph was cut.
   *
   * @param ends tensors whose gradients continue the backward pass; null where there is none
   * @param computed what {@code ends} stand for, with a graph: recomputed, or still there
   * @param back from the gradients of {@code ends} to those of {@code computed}
   * @param into leaves the graph begins at, apart from trained tensors
   */
  private record Cut(
      List<@Nullable Tensor> ends, Source computed, UnaryOperator<Tensor> back, List<Tensor> into) {
    @FunctionalInterface
    interface Source {
      List<Tensor> again();
    }
  }

  private static final String UNVIEWED = "aten::_unsafe_view";

  private final List<Cut> cuts = new ArrayList<>();
  private final List<Tensor> leaves = new ArrayList<>();
  private final IdentityHashMap<Tensor, Tensor> entered = new IdentityHashMap<>();

  /** Runs a part; its outputs are leaves, or existed before it. */
  List<Tensor> run(List<Tensor> given, Pass.Part part, Pass pass) {
    List<Tensor> in = enter(given);
    List<Tensor> ends = new ArrayList<>();
    List<Tensor> results = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      Pass own = pass.ofPart(false);
      for (Tensor out : part.run(in, own)) {
        Tensor passed = isAmong(in, out) ? null : scope.leave(leaf(out));
        ends.add(passed);
        results.add(passed == null ? out : passed);
      }
      List<Tensor> uses = own.uses().stream().map(use -> scope.leave(leaf(use))).toList();
      ends.addAll(uses);
      pass.addUses(own, uses);
    }
    cut(ends, () -> again(in, part, pass), in);
    return results;
  }

  private static List<Tensor> again(List<Tensor> in, Pass.Part part, Pass pass) {
    Pass own = pass.ofPart(true);
    List<Tensor> results = new ArrayList<>(part.run(in, own));
    results.addAll(own.uses());
    return results;
  }

  /** A leaf in place of a tensor, so that what comes after it is differentiated by itself. */
  Tensor leaf(Tensor tensor, Scope.Keeper keeper) {
    return keeper.keep(enter(List.of(keeper.keep(tensor))).get(0));
  }

  /**
   * A function of one tensor whose gradient is told and not derived: {@code ∂x = back(∂y)}.
   *
   * @param x has a gradient
   * @return y; may be changed in place
   */
  Tensor told(
      Tensor x, UnaryOperator<Tensor> forth, UnaryOperator<Tensor> back, Scope.Keeper keeper) {
    Tensor y;
    try (Scope scope = Scope.withoutGradients()) {
      y = scope.leave(forth.apply(x.detach()));
    }
    keeper.keep(y).requires_grad_(true);
    Tensor edge = keeper.keep(x);
    cut(List.of(y), () -> List.of(edge), back, List.copyOf(leaves));
    // The same values, but neither a leaf nor a view of one, which may not be changed in place.
    return Operators.call(UNVIEWED, y, Operators.list(UNVIEWED, 1, y.shape()));
  }

  /** Replaces tensors that have a graph by leaves; always the same leaf for the same tensor. */
  private List<Tensor> enter(List<Tensor> given) {
    List<Tensor> in = new ArrayList<>();
    List<Tensor> ends = new ArrayList<>();
    List<Tensor> sources = new ArrayList<>();
    for (Tensor tensor : given) {
      if (tensor.requires_grad() && !isAmong(leaves, tensor) && !entered.containsKey(tensor)) {
        Tensor leaf = leaf(tensor);
        entered.put(tensor, leaf);
        sources.add(tensor);
        ends.add(leaf);
      }
      in.add(entered.getOrDefault(tensor, tensor));
    }
    cut(ends, () -> sources, List.copyOf(leaves));
    return in;
  }

  private static Tensor leaf(Tensor tensor) {
    Tensor leaf = tensor.detach();
    leaf.requires_grad_(tensor.requires_grad());
    return leaf;
  }

  private void cut(List<@Nullable Tensor> all, Cut.Source computed, List<Tensor> before) {
    cut(all, computed, UnaryOperator.identity(), before);
  }

  private void cut(
      List<@Nullable Tensor> all,
      Cut.Source computed,
      UnaryOperator<Tensor> back,
      List<Tensor> before) {
    List<@Nullable Tensor> ends = new ArrayList<>();
    for (Tensor end : all) {
      ends.add(end != null && end.requires_grad() ? end : null);
    }
    List<Tensor> into = before.stream().filter(Tensor::requires_grad).toList();
    List<Tensor> open = ends.stream().filter(Objects::nonNull).toList();
    leaves.addAll(open);
    if (!open.isEmpty()) {
      cuts.add(new Cut(ends, computed, back, into));
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very tensor, not one that is equal
  private static boolean isAmong(List<Tensor> tensors, Tensor tensor) {
    return tensors.stream().anyMatch(t -> t == tensor);
  }

  /**
   * See {@link Pass#gradients}.
   *
   * @param shared whether parts share a graph that was made before them
   */
  List<Tensor> gradients(Tensor loss, List<Tensor> of, boolean shared) {
    Backward backward = new Backward(of, shared);
    try (Scope scope = Scope.open()) {
      backward.run(List.of(loss), List.of(), leaves, scope);
    }
    List<Cut> reversed = new ArrayList<>(cuts);
    Collections.reverse(reversed);
    for (Cut cut : reversed) {
      List<Tensor> seeds = new ArrayList<>();
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < cut.ends.size(); i++) {
        Tensor end = cut.ends.get(i);
        Tensor seed = end == null ? null : backward.reached.remove(end);
        if (seed != null) {
          seeds.add(seed);
          places.add(i);
        }
      }
      if (!seeds.isEmpty()) {
        try (Scope scope = Scope.open()) {
          List<Tensor> computed = cut.computed.again();
          if (computed.size() != cut.ends.size()) {
            throw new IllegalStateException(
                "A part of a forward pass gave "
                    + cut.ends.size()
                    + " tensors, again "
                    + computed.size());
          }
          List<Tensor> told = seeds.stream().map(cut.back).toList();
          backward.run(places.stream().map(computed::get).toList(), told, cut.into, scope);
        }
        seeds.forEach(Tensor::close);
      }
    }
    return backward.sums();
  }

  /** The gradients found so far. None is changed in place: libtorch may hand out one for two. */
  private static final class Backward {
    private final List<Tensor> of;
    private final @Nullable Tensor[] sums;
    private final IdentityHashMap<Tensor, Tensor> reached = new IdentityHashMap<>();
    private final boolean shared;

    Backward(List<Tensor> of, boolean shared) {
      this.of = of;
      this.sums = new Tensor[of.size()];
      this.shared = shared;
    }

    /**
     * Differentiates outputs, given their gradients, with respect to trained tensors and leaves.
     */
    void run(List<Tensor> from, List<Tensor> seeds, List<Tensor> to, Scope scope) {
      List<Tensor> inputs = new ArrayList<>(of);
      inputs.addAll(to);
      TensorVector found =
          torch.grad(
              vector(from), vector(inputs), vector(seeds), new BoolOptional(shared), false, true);
      for (int i = 0; i < inputs.size(); i++) {
        Tensor gradient = new Tensor(found.get(i));
        if (gradient.defined() && i < sums.length) {
          sums[i] = added(sums[i], gradient, scope);
        } else if (gradient.defined()) {
          Tensor leaf = inputs.get(i);
          reached.put(leaf, added(reached.get(leaf), gradient, scope));
        }
      }
    }

    private static Tensor added(@Nullable Tensor sum, Tensor gradient, Scope scope) {
      if (sum == null) {
        return scope.keep(gradient);
      }
      Tensor both = scope.keep(sum.add(gradient));
      sum.close();
      return both;
    }

    private static TensorVector vector(List<Tensor> tensors) {
      return new TensorVector(tensors.toArray(new Tensor[0]));
    }

    List<Tensor> sums() {
      List<Tensor> all = new ArrayList<>();
      try (Scope scope = Scope.open()) {
        for (Tensor sum : sums) {
          all.add(sum == null ? scope.keep(new Tensor()) : sum);
        }
      }
      return all;
    }
  }
}
