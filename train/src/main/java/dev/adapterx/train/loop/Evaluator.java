package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import dev.adapterx.infer.Pieces;
import dev.adapterx.infer.Workers;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Meter;
import dev.adapterx.task.Scores;
import dev.adapterx.task.Task;
import dev.adapterx.tensor.Scope;
import dev.adapterx.train.routing.RoutingStatistics;
import java.util.ArrayList;
import java.util.List;

/** Evaluates a model on samples with targets, without changing it. */
public final class Evaluator {
  private final AdaptedModel model;
  private final RoutingStatistics routing;
  private final Workers workers;

  /** An evaluator that also collects routing statistics. */
  public Evaluator(AdaptedModel model, Workers workers) {
    this.workers = workers;
    this.model = model;
    this.routing = new RoutingStatistics();
  }

  /** One pass over the batches, for a model of any task. */
  public Scores scores(Iterable<Batch<?>> batches) {
    return scores(batches, FeatureSource.BACKBONE);
  }

  public Scores scores(Iterable<Batch<?>> batches, FeatureSource source) {
    return scores(Scorer.of(model, source), model.task(), batches, workers, routing);
  }

  /**
   * One pass over the batches of a classification.
   *
   * @throws dev.adapterx.base.ConfigException when the model has another task
   */
  public Evaluation evaluate(Iterable<Batch<?>> batches) {
    return evaluate(Scorer.of(model, FeatureSource.BACKBONE), model, batches, workers, routing);
  }

  /**
   * One pass over the batches of a classification.
   *
   * @param of the task's model
   * @param routing statistics to which the routing is added
   */
  public static Evaluation evaluate(
      Scorer scorer,
      AdaptedModel of,
      Iterable<Batch<?>> batches,
      Workers workers,
      RoutingStatistics routing) {
    Scores scores = scores(scorer, of.classification(), batches, workers, routing);
    return (Evaluation) scores;
  }

  private static <T, P> Scores scores(
      Scorer scorer,
      Task<T, P> task,
      Iterable<Batch<?>> batches,
      Workers workers,
      RoutingStatistics routing) {
    long started = System.nanoTime();
    Meter<T, P> meter = task.meter();
    for (Batch<?> batch : batches) {
      add(batch, task, predictions(scorer, task, batch, workers, routing), meter);
    }
    return meter.result((System.nanoTime() - started) / 1e9);
  }

  /** Compares a batch's predictions with its targets. */
  public static <T, P> void add(
      Batch<?> batch, Task<T, P> task, List<P> predictions, Meter<T, P> meter) {
    List<T> targets = batch.targets(task.targets(), 0, batch.size());
    for (int i = 0; i < batch.size(); i++) {
      meter.add(batch.indices()[i], targets.get(i), predictions.get(i));
    }
  }

  /**
   * The predictions for a batch's samples, computed in parallel micro-batches.
   *
   * @param routing statistics to which the routing is added, in order
   */
  public static <T, P> List<P> predictions(
      Scorer scorer, Task<T, P> task, Batch<?> batch, Workers workers, RoutingStatistics routing) {
    List<P> all = new ArrayList<>();
    Pieces.inOrder(
        workers,
        batch.size(),
        task.isAlone() ? 1 : Pieces.size(scorer.backbone(), batch.size()),
        (start, count) -> piece(scorer, task, batch, start, count),
        piece -> {
          all.addAll(piece.predictions);
          routing.add(piece.routing);
        });
    return all;
  }

  private record Piece<P>(List<P> predictions, RoutingStatistics routing) {}

  private static <T, P> Piece<P> piece(
      Scorer scorer, Task<T, P> task, Batch<?> batch, int start, int count) {
    try (Scope scope = Scope.withoutGradients()) {
      RoutingStatistics routing = new RoutingStatistics();
      var outputs = scorer.source().outputs(batch, start, count, Pass.evaluation(routing));
      return new Piece<>(
          task.predictions(outputs, batch.targets(task.targets(), start, count)), routing);
    }
  }

  /** Routing statistics of all evaluations of this evaluator. */
  public RoutingStatistics routing() {
    return routing;
  }
}
