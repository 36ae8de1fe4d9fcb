package dev.adapterx.model.tokens;

import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * How the last block's tokens are pooled into the feature of a head: concatenated summaries, with
 * the final norm before or after them.
 *
 * @param parts what the feature is made of
 * @param normBehind whether the final norm stands behind the pooling
 */
public record Pooling(List<Part> parts, boolean normBehind) {
  /** A summary of the tokens [prefix, extra tokens of a tuner, patches], (B, D). */
  public enum Part {
    /** The class token. */
    CLS,
    /** The mean of the class and the distillation token (DeiT). */
    CLS_AND_DISTILLATION,
    /** The mean over the extra tokens. */
    EXTRA_MEAN,
    /** The mean over the patches. */
    PATCH_MEAN,
    /** The maximum over the patches. */
    PATCH_MAX
  }

  public Pooling {
    parts = List.copyOf(parts);
  }

  /** Summaries of normed tokens. */
  public static Pooling of(Part... parts) {
    return new Pooling(Arrays.asList(parts), false);
  }

  /** F, the length of the feature, for a backbone's width D. */
  public int width(int tokens) {
    return parts.size() * tokens;
  }

  /** Whether it reads no token behind the prefix. */
  public boolean readsPrefixAlone() {
    return parts.stream().allMatch(p -> p == Part.CLS || p == Part.CLS_AND_DISTILLATION);
  }

  /**
   * Tokens (B, N, D) to the feature (B, F).
   *
   * @param prefix tokens before the extra ones
   * @param patches G, the last tokens
   * @param norm the final norm with a tuner's advice around it
   */
  public Tensor of(Tensor tokens, int prefix, int patches, UnaryOperator<Tensor> norm) {
    if (normBehind) {
      return norm.apply(joined(tokens, prefix, patches));
    }
    return joined(norm.apply(tokens), prefix, patches);
  }

  private Tensor joined(Tensor x, int prefix, int patches) {
    Tensor[] all = parts.stream().map(p -> part(p, x, prefix, patches)).toArray(Tensor[]::new);
    return all.length == 1 ? all[0] : Tensors.cat(1, all);
  }

  private static Tensor part(Part part, Tensor x, int prefix, int patches) {
    long behind = x.size(1) - patches;
    return switch (part) {
      case CLS -> x.select(1, 0);
      case CLS_AND_DISTILLATION -> Tensors.scaled(x.select(1, 0).add(x.select(1, 1)), 0.5);
      case EXTRA_MEAN -> Tensors.mean(x.narrow(1, prefix, behind - prefix), 1);
      case PATCH_MEAN -> Tensors.mean(x.narrow(1, behind, patches), 1);
      case PATCH_MAX -> Tensors.max(x.narrow(1, behind, patches), 1);
    };
  }
}
