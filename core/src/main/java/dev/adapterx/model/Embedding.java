package dev.adapterx.model;

import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Tokens on their way to a block, and the positions that every block adds again, if the backbone
 * does that (Point-MAE); where positions are added once there are none left.
 *
 * @param tokens (B, N, D)
 * @param positions (B, N, D), or absent
 */
public record Embedding(Tensor tokens, @Nullable Tensor positions) {
  /** As {@link #tensors} has them. */
  static Embedding of(List<Tensor> tensors) {
    return new Embedding(tensors.get(0), tensors.size() > 1 ? tensors.get(1) : null);
  }

  /** Tokens and, if there are any, positions. */
  List<Tensor> tensors() {
    return positions == null ? List.of(tokens) : List.of(tokens, positions);
  }

  /** What the next block sees: tokens and positions. */
  public Tensor positioned() {
    return positions == null ? tokens : tokens.add(positions);
  }

  /** With the positions added here and not again. */
  public Embedding once() {
    return new Embedding(positioned(), null);
  }

  /**
   * After a block: new tokens stand behind the prefix and have no position.
   *
   * @param out (B, N + n, D)
   * @param prefix tokens before them
   */
  Embedding after(Tensor out, int prefix) {
    if (positions == null || out.size(1) == positions.size(1)) {
      return new Embedding(out, positions);
    }
    long added = out.size(1) - positions.size(1);
    Tensor none = positions.new_zeros(out.size(0), added, out.size(2));
    Tensor grown =
        Tensors.cat(
            1,
            positions.narrow(1, 0, prefix),
            none,
            positions.narrow(1, prefix, positions.size(1) - prefix));
    return new Embedding(out, grown);
  }
}
