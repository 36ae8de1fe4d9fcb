package dev.adapterx.peft.points;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Reads;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointSearch;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.Iterator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A bank of the frozen backbone's features of training clouds, and parameter-free attention over
 * it.
 *
 * <pre>
 *   f = max over the patches of norm(backbone without CLS)              (D)
 *   bank: f / ‖f‖ of training clouds                                    (M, D)
 *   t_1 … t_k: the rows of the bank most similar to f / ‖f‖, p = softmax of those k similarities
 *   prior = [f; Σ p_i t_i; t_1; …; t_k]                                 (k + 2, D)
 * </pre>
 *
 * <p>Rows of zeros are empty and never chosen while there are others.
 */
record PriorMemory(Backbone frozen, Tensor bank) {
  private static final double NEVER = -1e4;
  private static final double SMALL = 1e-12;

  /** Runs the backbone without CLS, as in pre-training. */
  private record WithoutPrefix() implements BackboneTuner {
    @Override
    public Embedding embed(Backbone backbone, Tensor input, Pass pass) {
      return BackboneTuner.super.embed(backbone, input, pass).withoutPrefix();
    }
  }

  /** Clouds (B, G, K + 1, 3) to f (B, D) in fp32. */
  Tensor summary(Tensor input) {
    Tensor tokens =
        frozen.features(input, new WithoutPrefix(), Pass.evaluation(), Reads.patches()).tokens();
    return Tensors.fp32(Tensors.max(frozen.norm().forward(tokens), 1));
  }

  /** Summaries f (B, D) to priors (B, k + 2, D). */
  Tensor prior(Tensor f, int k) {
    Tensor empty = bank.eq(new Scalar(0)).all(1, false); // (M)
    Tensor likeness = unit(f).mm(bank.t()).masked_fill(empty, new Scalar(NEVER)); // (B, M)
    var best = likeness.topk(k, 1, true, true);
    long batch = f.size(0);
    Tensor rows = PointSearch.chosen(bank, best.get1().reshape(-1)).view(batch, k, f.size(1));
    Tensor mean = torch.softmax(best.get0(), 1).unsqueeze(1).bmm(rows);
    return Tensors.cat(1, f.unsqueeze(1), mean, rows);
  }

  /** Fills the bank with the given clouds (1, …) until it is full. */
  void fill(Iterator<Tensor> inputs) {
    for (int i = 0; i < bank.size(0) && inputs.hasNext(); i++) {
      try (Scope scope = Scope.withoutGradients()) {
        bank.select(0, i).copy_(unit(summary(inputs.next())).select(0, 0));
      }
    }
  }

  /** Whether the bank holds any cloud. */
  boolean isFilled() {
    try (Scope scope = Scope.withoutGradients()) {
      return bank.ne(new Scalar(0)).any().item_bool();
    }
  }

  private static Tensor unit(Tensor f) {
    Tensor square = f.square().sum(new long[] {1}, true, new ScalarTypeOptional());
    return f.div(square.sqrt().clamp_min(new Scalar(SMALL)));
  }
}
