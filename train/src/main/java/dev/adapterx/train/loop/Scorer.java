package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import dev.adapterx.infer.Pieces;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PlainModel;
import dev.adapterx.task.Outputs;

/**
 * Computes a task's outputs for a micro-batch.
 *
 * @param backbone that it uses
 */
public record Scorer(Backbone backbone, Source source) {
  /** Computes the outputs. */
  @FunctionalInterface
  interface Source {
    /** Outputs of the samples from {@code start} on. */
    Outputs outputs(Batch<?> batch, int start, int count, Pass pass);
  }

  /** An adapted model whose features come from a source. */
  public static Scorer of(AdaptedModel model, FeatureSource source) {
    return new Scorer(
        model.backbone(),
        (batch, start, count, pass) -> source.outputs(model, batch, start, count, pass, pass));
  }

  /** A backbone and a head. */
  public static Scorer of(PlainModel model) {
    return new Scorer(
        model.backbone(),
        (batch, start, count, pass) ->
            model.outputs(Pieces.inputs(batch, start, count, model.backbone()), pass));
  }
}
