package dev.adapterx.bench;

import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.WindowBias;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import java.util.Arrays;

/**
 * Floating-point operations per sample, counting only the backbone's matrix products, two for each
 * multiply-add: a method's own share is small in a good implementation.
 *
 * <pre>
 *   forward   = embedding + Σ blocks (2·N·params(qkv) + 2·M·params(proj, fc1, fc2) + 4·M·K·D)
 *               M = N, of the last block the tokens that are computed
 *               K = N; of a block of windows their cells; N is what mergings leave, which are
 *               counted with the linear layers
 *   training  = forward (linear probe: nothing before the head is differentiated)
 *             = 2·forward + Σ 4·M·K·D - embedding (adapters: gradients of what frozen layers see, not of their weights;
 *               both operands of attention's products have one)
 *             = 3·forward (full)
 * </pre>
 */
record Flops(double embedding, double linear, double attention) {
  /**
   * @param lastTokens how many tokens of the last block are computed; see {@link
   *     Backbone#lastTokens}
   */
  static Flops of(Backbone backbone, int lastTokens) {
    long[] input = backbone.preprocessing().inputShape();
    boolean points = input.length == 3 && input[2] == 3;
    double embedding;
    double tokens;
    if (points) { // (G, K + 1, 3): a small PointNet sees every neighbour
      tokens = 1.0 + input[0];
      embedding = 2 * matrices(backbone, "encoder") * input[0] * (input[1] - 1);
    } else {
      double weight = matrices(backbone, "patch_embed");
      double pixels = Arrays.stream(input).asDoubleStream().reduce(1, (a, b) -> a * b);
      double patches = pixels / (weight / backbone.blocks().get(0).width());
      tokens = backbone.prefixTokens() + patches;
      embedding = 2 * weight * patches;
    }
    double linear = 0;
    double attention = 0;
    Block last = backbone.blocks().get(backbone.blocks().size() - 1);
    for (Block block : backbone.blocks()) {
      if (block.merging() != null) {
        tokens /= 4;
        linear += 2 * tokens * block.merging().reduction().weight().numel();
      }
      WindowBias windows = block.attn().windows();
      double heard = windows == null ? tokens : windows.size() * windows.size();
      double asking = block.equals(last) ? Math.min(tokens, lastTokens) : tokens;
      double behind =
          (double) block.attn().proj().weight().numel()
              + block.mlp().fc1().weight().numel()
              + block.mlp().fc2().weight().numel();
      linear += 2 * (tokens * block.attn().qkv().weight().numel() + asking * behind);
      attention += 4 * asking * heard * block.width();
    }
    return new Flops(embedding, linear, attention);
  }

  private static double matrices(Backbone backbone, String place) {
    return backbone.tensors().names().stream()
        .filter(name -> name.startsWith(place))
        .map(name -> backbone.tensors().get(name))
        .filter(tensor -> tensor.dim() > 1)
        .mapToDouble(tensor -> (double) tensor.numel())
        .sum();
  }

  double forward() {
    return embedding + linear + attention;
  }

  /** The operations for one sample of a training step, or for its prediction. */
  double of(Work work, PeftMethod method) {
    if (work == Work.INFER || method instanceof LinearProbe) {
      return forward();
    }
    return method instanceof FullFineTuning ? 3 * forward() : 2 * forward() - embedding + attention;
  }
}
