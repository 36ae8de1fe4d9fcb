package dev.adapterx.train;

import dev.adapterx.data.Batch;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Runs a model over labelled batches without touching it. */
public final class Evaluator {
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
    int classes = model.task().labels().size();
    return evaluate(Scorer.of(model, source), classes, batches, workers, routing);
  }

  /**
   * One pass over the batches.
   *
   * @param routing hears how tokens went
   */
  static Evaluation evaluate(
      Scorer scorer,
      int classes,
      Iterable<Batch> batches,
      Workers workers,
      RoutingStatistics routing) {
    long started = System.nanoTime();
    Tally tally = new Tally(classes);
    for (Batch batch : batches) {
      tally.add(batch, probabilities(scorer, batch, classes, workers, routing));
    }
    return tally.result((System.nanoTime() - started) / 1e9);
  }

  /**
   * (B, C) flat, computed in pieces side by side.
   *
   * @param routing hears how tokens went, in order
   */
  static float[] probabilities(
      Scorer scorer, Batch batch, int classes, Workers workers, RoutingStatistics routing) {
    float[] all = new float[batch.size() * classes];
    int most = Batches.piece(scorer.backbone(), batch.size());
    int pieces = (batch.size() + most - 1) / most;
    int[] at = {0};
    workers.inOrder(
        pieces,
        i -> piece(scorer, batch, i * most, Math.min(most, batch.size() - i * most)),
        piece -> {
          System.arraycopy(piece.probabilities, 0, all, at[0], piece.probabilities.length);
          at[0] += piece.probabilities.length;
          routing.add(piece.routing);
        });
    return all;
  }

  @SuppressWarnings("ArrayRecordComponent") // on its way from a worker; never compared
  private record Piece(float[] probabilities, RoutingStatistics routing) {}

  private static Piece piece(Scorer scorer, Batch batch, int start, int count) {
    try (Scope scope = Scope.withoutGradients()) {
      RoutingStatistics routing = new RoutingStatistics();
      Tensor logits = scorer.source().logits(batch, start, count, Pass.evaluation(routing));
      return new Piece(Tensors.floats(torch.softmax(logits, 1)), routing);
    }
  }

  /** How tokens were routed in all evaluations of this evaluator. */
  public RoutingStatistics routing() {
    return routing;
  }
}
