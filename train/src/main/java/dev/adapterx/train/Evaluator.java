package dev.adapterx.train;

import dev.adapterx.data.Batch;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** Runs a model over labelled batches without touching it. */
public final class Evaluator {
  private final AdaptedModel model;
  private final RoutingStatistics routing;

  /** Collects routing as well. */
  public Evaluator(AdaptedModel model) {
    this.model = model;
    this.routing = new RoutingStatistics();
  }

  /** One pass over the batches. */
  public Evaluation evaluate(Iterable<Batch> batches) {
    long started = System.nanoTime();
    int classes = model.task().labels().size();
    int[][] confusion = new int[classes][classes];
    List<Evaluation.Prediction> predictions = new ArrayList<>();
    double loss = 0;
    int top5 = 0;
    for (Batch batch : batches) {
      float[] p = probabilities(batch);
      for (int i = 0; i < batch.size(); i++) {
        int label = batch.labels()[i];
        int best = 0;
        int above = 0;
        for (int c = 0; c < classes; c++) {
          float pc = p[i * classes + c];
          best = pc > p[i * classes + best] ? c : best;
          above += pc > p[i * classes + label] ? 1 : 0;
        }
        confusion[label][best]++;
        loss -= Math.log(Math.max(p[i * classes + label], Float.MIN_NORMAL));
        top5 += above < 5 ? 1 : 0;
        predictions.add(
            new Evaluation.Prediction(batch.indices()[i], label, best, p[i * classes + best]));
      }
    }
    int n = Math.max(1, predictions.size());
    return new Evaluation(
        loss / n,
        new ConfusionMatrix(confusion),
        100.0 * top5 / n,
        List.copyOf(predictions),
        (System.nanoTime() - started) / 1e9);
  }

  private float[] probabilities(Batch batch) {
    try (Scope scope = Scope.withoutGradients()) {
      Pass pass = Pass.evaluation(routing);
      return Tensors.floats(torch.softmax(model.logits(Batches.pixels(batch, 0, batch.size()), pass), 1));
    }
  }

  /** How tokens were routed in all evaluations of this evaluator. */
  public RoutingStatistics routing() {
    return routing;
  }
}
