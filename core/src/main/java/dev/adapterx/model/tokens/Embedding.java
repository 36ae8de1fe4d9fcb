package dev.adapterx.model.tokens;

import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jspecify.annotations.Nullable;

/**
 * The input of a block: tokens, and positions if every block adds them again (Point-MAE).
 *
 * @param tokens (B, N, D): prefix, tokens a tuner added, patches
 * @param positions (B, N, D), or absent
 * @param prefix number of tokens before those that a tuner adds: CLS, distillation, registers
 * @param grid the grid of the patches, which are the last tokens
 */
public record Embedding(Tensor tokens, @Nullable Tensor positions, int prefix, Grid grid) {
  /** The same with other tensors, as {@link #tensors} has them. */
  public Embedding with(List<Tensor> tensors) {
    return with(tensors.get(0), tensors.size() > 1 ? tensors.get(1) : null);
  }

  /** The same with other tokens and positions. */
  public Embedding with(Tensor others, @Nullable Tensor theirPositions) {
    return new Embedding(others, theirPositions, prefix, grid);
  }

  /** The same tokens on another grid. */
  public Embedding on(Grid other) {
    return new Embedding(tokens, positions, prefix, other);
  }

  /** Tokens and, if there are any, positions. */
  public List<Tensor> tensors() {
    return positions == null ? List.of(tokens) : List.of(tokens, positions);
  }

  /** The input of the next block: tokens plus positions. */
  public Tensor positioned() {
    return positions == null ? tokens : tokens.add(positions);
  }

  /** With the positions added here and not again. */
  public Embedding once() {
    return with(positioned(), null);
  }

  /** The patch tokens (B, G, D). */
  public Tensor patches() {
    return tokens.narrow(1, tokens.size(1) - grid.patches(), grid.patches());
  }

  /** Without the tokens before the patches. */
  public Embedding withoutPrefix() {
    long rest = tokens.size(1) - prefix;
    return new Embedding(
        tokens.narrow(1, prefix, rest),
        positions == null ? null : positions.narrow(1, prefix, rest),
        0,
        grid);
  }

  /**
   * Inserts tokens after the prefix.
   *
   * @param added (B, n, D)
   * @param theirs their positions (B, n, D); null: 0. Added at once if the backbone does not keep
   *     positions separately
   */
  public Embedding inserted(Tensor added, @Nullable Tensor theirs) {
    if (positions == null) {
      return with(inserted(tokens, prefix, theirs == null ? added : added.add(theirs)), null);
    }
    Tensor own = theirs == null ? positions.new_zeros(added.shape()) : theirs;
    return with(inserted(tokens, prefix, added), inserted(positions, prefix, own));
  }

  /** With tokens (B, n, D) in place of the first n behind the prefix, whose positions they take. */
  public Embedding replaced(Tensor by) {
    return with(inserted(removed(tokens, prefix, by.size(1)), prefix, by), positions);
  }

  /** Inserts tokens (B, n, D) after the first {@code prefix} of x (B, N, D): (B, N + n, D). */
  public static Tensor inserted(Tensor x, int prefix, Tensor tokens) {
    TensorVector parts = x.split_with_sizes(new long[] {prefix, x.size(1) - prefix}, 1);
    return Tensors.cat(1, parts.get(0), tokens, parts.get(1));
  }

  /** Removes n tokens after the first {@code prefix} of x (B, N, D): (B, N - n, D). */
  public static Tensor removed(Tensor x, int prefix, long n) {
    long from = prefix + n;
    return Tensors.cat(1, x.narrow(1, 0, prefix), x.narrow(1, from, x.size(1) - from));
  }

  /** After a block: new tokens (B, N + n, D) stand behind the prefix and have no position. */
  public Embedding after(Tensor out) {
    if (positions == null || out.size(1) == positions.size(1)) {
      return with(out, positions);
    }
    long added = out.size(1) - positions.size(1);
    Tensor none = positions.new_zeros(out.size(0), added, out.size(2));
    return with(out, inserted(positions, prefix, none));
  }
}
