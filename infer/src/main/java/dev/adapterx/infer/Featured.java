package dev.adapterx.infer;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Features;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The class probabilities of a sample and the feature that its head read, of one forward pass.
 *
 * @param probabilities (C)
 * @param feature (F), pooled, after the method's changes, before the head
 */
@SuppressWarnings("ArrayRecordComponent") // on its way to a row; never compared
public record Featured(float[] probabilities, float[] feature) {
  /**
   * Of a classification.
   *
   * @throws dev.adapterx.base.ConfigException when the model's task is no classification
   */
  public static Inference<Featured> of(AdaptedModel model) {
    return new Of(model, model.classification());
  }

  private record Of(AdaptedModel model, Classification task) implements Inference<Featured> {
    @Override
    public Backbone backbone() {
      return model.backbone();
    }

    @Override
    public List<String> labels() {
      return task.labels();
    }

    @Override
    public List<Featured> predictions(Tensor input) {
      Features read = model.features(input, Pass.evaluation(), Reads.pooled());
      List<float[]> probabilities = task.predictions(model.outputsOf(read, Pass.evaluation()));
      float[] all = Tensors.floats(Tensors.fp32(read.pooled()));
      int width = all.length / probabilities.size();
      List<Featured> rows = new ArrayList<>();
      for (int i = 0; i < probabilities.size(); i++) {
        float[] feature = Arrays.copyOfRange(all, i * width, (i + 1) * width);
        rows.add(new Featured(probabilities.get(i), feature));
      }
      return rows;
    }
  }
}
