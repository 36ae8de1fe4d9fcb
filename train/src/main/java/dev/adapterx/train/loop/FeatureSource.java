package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import dev.adapterx.infer.Pieces;
import dev.adapterx.infer.Rows;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** Computes the pooled features of a micro-batch, which a classification head sees. */
@FunctionalInterface
public interface FeatureSource {
  /** Through the backbone. */
  FeatureSource BACKBONE =
      (model, batch, start, count, pass) ->
          model.features(Pieces.inputs(batch, start, count, model.backbone()), pass);

  /**
   * Through the backbone, one sample at a time. The rounding of a matrix product depends on its
   * number of rows, so features that are cached, or must equal cached ones, are computed alone.
   */
  FeatureSource ALONE =
      (model, batch, start, count, pass) -> {
        Tensor[] rows = new Tensor[count];
        Arrays.setAll(
            rows, i -> model.features(Pieces.inputs(batch, start + i, 1, model.backbone()), pass));
        return Tensors.cat(0, rows);
      };

  /** Features (count, F) of the samples from {@code start} on. */
  Tensor features(AdaptedModel model, Batch<?> batch, int start, int count, Pass pass);

  /**
   * The outputs of the model's head, whatever it reads.
   *
   * @param before the forward pass through the backbone
   * @param pass the forward pass through the head
   */
  default Outputs outputs(
      AdaptedModel model, Batch<?> batch, int start, int count, Pass before, Pass pass) {
    if (model.hasClassHead()) {
      return Outputs.of(model.logitsOf(features(model, batch, start, count, before), pass));
    }
    if (!pass.isTraining() && !batch.views().isEmpty() && count == 1) {
      return Rows.outputs(model, batch.views().get(start), pass);
    }
    Tensor input = Pieces.inputs(batch, start, count, model.backbone());
    if (!pass.isTraining()) {
      return Rows.outputs(model, input, pass);
    }
    return model.outputsOf(model.features(input, before, model.reads()), pass);
  }
}
