package dev.adapterx.train;

import dev.adapterx.data.Batch;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Runs a model over labelled batches without touching it. */
public final class Evaluator {
  /** Samples computed at once: few enough to stay in the processor's cache. */
  private static final int PIECE = 8;

  private final AdaptedModel model;
  private final RoutingStatistics routing;
  private final Workers workers;

  /** Collects routing as well. */
  public Evaluator(AdaptedModel model, Workers workers) {
    this.workers = workers;
    this.model = model;
    this.routing = new RoutingStatistics();
  }

  /** One pass over the batches. */
  public Evaluation evaluate(Iterable<Batch> batches) {
    return evaluate(batches, FeatureSource.WALKING);
  }

  Evaluation evaluate(Iterable<Batch> batches, FeatureSource source) {
    long started = System.nanoTime();
    int classes = model.task().labels().size();
    ConfusionMatrix confusion = new ConfusionMatrix(classes);
    List<Evaluation.Prediction> predictions = new ArrayList<>();
    double loss = 0;
    for (Batch batch : batches) {
      float[] all = probabilities(batch, source);
      for (int i = 0; i < batch.size(); i++) {
        float[] p = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
        int label = batch.labels()[i];
        confusion.add(label, p);
        loss -= Math.log(Math.max(p[label], Float.MIN_NORMAL));
        int best = argmax(p);
        predictions.add(new Evaluation.Prediction(batch.indices()[i], label, best, p[best]));
      }
    }
    return new Evaluation(
        loss / Math.max(1, predictions.size()),
        confusion,
        List.copyOf(predictions),
        (System.nanoTime() - started) / 1e9);
  }

  private static int argmax(float[] p) {
    int best = 0;
    for (int c = 1; c < p.length; c++) {
      best = p[c] > p[best] ? c : best;
    }
    return best;
  }

  /** (B, C) flat, computed in pieces side by side. */
  private float[] probabilities(Batch batch, FeatureSource source) {
    int classes = model.task().labels().size();
    float[] all = new float[batch.size() * classes];
    int pieces = (batch.size() + PIECE - 1) / PIECE;
    int[] at = {0};
    workers.inOrder(
        pieces,
        i -> piece(batch, source, i * PIECE, Math.min(PIECE, batch.size() - i * PIECE)),
        values -> {
          System.arraycopy(values, 0, all, at[0], values.length);
          at[0] += values.length;
        });
    return all;
  }

  private float[] piece(Batch batch, FeatureSource source, int start, int count) {
    try (Scope scope = Scope.withoutGradients()) {
      Pass pass = Pass.evaluation(routing);
      Tensor logits = model.logitsOf(source.features(model, batch, start, count, pass), pass);
      return Tensors.floats(torch.softmax(logits, 1));
    }
  }

  /** How tokens were routed in all evaluations of this evaluator. */
  public RoutingStatistics routing() {
    return routing;
  }
}
