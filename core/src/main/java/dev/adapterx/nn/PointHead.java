package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The classifier of point transformers: {@code F → 256 → 256 → C}, a batch norm, ReLU and dropout
 * behind each hidden layer (Point-MAE: layers 0, 1, 4, 5, 8 of {@code cls_head_finetune}), or one
 * hidden layer without batch norm (Point-BERT: layers 0 and 3).
 *
 * @param hidden the layers before the last
 * @param last to the classes
 * @param dropout behind each hidden layer
 */
public record PointHead(List<Hidden> hidden, Linear last, double dropout) {
  /** Its name in published files. */
  public static final String NAME = "cls_head_finetune";

  /** A hidden layer with its batch norm, if it has one. */
  public record Hidden(Linear linear, @Nullable BatchNorm norm) {}

  public PointHead {
    hidden = List.copyOf(hidden);
  }

  /**
   * Reads numbered layers: a weight of two dimensions is a linear layer, running statistics mark a
   * batch norm; the last linear layer gives the class scores.
   */
  public static PointHead from(NamedTensors tensors, double dropout) {
    List<Hidden> hidden = new ArrayList<>();
    OptionalInt at = next(tensors, 0);
    while (at.isPresent()) {
      int i = at.getAsInt();
      boolean normed = tensors.has((i + 1) + "." + BatchNorm.RUNNING_MEAN);
      hidden.add(
          new Hidden(
              Linear.from(tensors.at(Integer.toString(i))),
              normed ? BatchNorm.from(tensors.at(Integer.toString(i + 1)), false) : null));
      at = next(tensors, i + (normed ? 2 : 1));
    }
    Hidden last = hidden.remove(hidden.size() - 1);
    return new PointHead(hidden, last.linear(), dropout);
  }

  private static OptionalInt next(NamedTensors tensors, int from) {
    for (int i = from; i < from + 4; i++) {
      if (tensors.has(i + ".weight")) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** C. */
  public int classes() {
    return Math.toIntExact(last.weight().size(0));
  }

  /** Features (B, F) in fp32 to scores (B, C). */
  public Tensor forward(Tensor features, Pass pass) {
    Tensor x = features;
    for (int i = 0; i < hidden.size(); i++) {
      Hidden layer = hidden.get(i);
      x = layer.linear().forward(x);
      x = Pointwise.relu(layer.norm() == null ? x : layer.norm().forward(x, pass));
      x = pass.dropout(x, dropout, "head.dropout" + (i + 1));
    }
    return last.forward(x);
  }
}
