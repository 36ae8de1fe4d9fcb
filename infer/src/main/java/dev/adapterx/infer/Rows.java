package dev.adapterx.infer;

import dev.adapterx.data.Views;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * Outputs for inputs of many rows, as a large picture has them that is seen through windows, or a
 * scene in parts: computed a few rows at a time, so that of the backbone's activations there are
 * never more, however large the picture. How many depends on the backbone alone, so evaluation and
 * prediction compute the same bits.
 */
public final class Rows {
  private static final int ON_AN_ACCELERATOR = 32;

  private Rows() {}

  /**
   * Calls the work for a few rows at a time, and puts the outputs together.
   *
   * @param input (B, …)
   * @param work outputs of each of several models, in order, for rows of the input
   */
  public static List<Outputs> outputs(
      Backbone backbone, Tensor input, Function<Tensor, List<Outputs>> work) {
    return outputs(backbone, (int) input.size(0), input::narrow, work);
  }

  /** The same for the views of a sample, of which no more are made at a time. */
  public static List<Outputs> outputs(
      Backbone backbone, Views views, Function<Tensor, List<Outputs>> work) {
    return outputs(
        backbone,
        views.count(),
        (dim, from, count) ->
            Pieces.inputs(new float[][] {views.written((int) from, (int) count)}, 0, 1, backbone),
        work);
  }

  /** As libtorch's narrow. */
  private interface Part {
    Tensor of(long dim, long from, long count);
  }

  private static List<Outputs> outputs(
      Backbone backbone, int all, Part input, Function<Tensor, List<Outputs>> work) {
    int most = Pieces.size(backbone, ON_AN_ACCELERATOR);
    if (all <= most) {
      return work.apply(input.of(0, 0, all));
    }
    List<List<Outputs>> parts = new ArrayList<>();
    for (int from = 0; from < all; from += most) {
      try (Scope scope = Scope.open()) {
        List<Outputs> part = work.apply(input.of(0, from, Math.min(most, all - from)));
        part.forEach(of -> of.tensors().values().forEach(scope::keep));
        parts.add(part);
      }
    }
    List<Outputs> whole = new ArrayList<>();
    for (int i = 0; i < parts.get(0).size(); i++) {
      whole.add(joined(parts, i));
    }
    return whole;
  }

  /** The outputs of one model. */
  public static Outputs outputs(AdaptedModel model, Tensor input, Pass pass) {
    return outputs(model.backbone(), input, rows -> List.of(model.outputs(rows, pass))).get(0);
  }

  /** The outputs of one model for the views of a sample. */
  public static Outputs outputs(AdaptedModel model, Views views, Pass pass) {
    return outputs(model.backbone(), views, rows -> List.of(model.outputs(rows, pass))).get(0);
  }

  private static Outputs joined(List<List<Outputs>> parts, int model) {
    Map<String, Tensor> tensors = new HashMap<>();
    for (String name : parts.get(0).get(model).tensors().keySet()) {
      Tensor[] each = parts.stream().map(part -> part.get(model).get(name)).toArray(Tensor[]::new);
      tensors.put(name, Tensors.cat(0, each));
    }
    return new Outputs(tensors);
  }
}
