package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.BatchNorm;
import java.util.function.Function;

/** Norms that have tensors of their own. */
public final class Norms {
  private Norms() {}

  /**
   * A batch norm with running statistics over the last dimension of x.
   *
   * @param tensor its tensors by name: {@code weight}, {@code bias}, {@code running_mean}, …
   */
  public static Value batch(Graph g, Value x, Function<String, Value> tensor) {
    Value variance = g.add(tensor.apply(BatchNorm.RUNNING_VAR), g.scalar(BatchNorm.EPS));
    Value factor = g.div(tensor.apply("weight"), g.map("Sqrt", variance));
    Value centred = g.sub(x, tensor.apply(BatchNorm.RUNNING_MEAN));
    return g.add(g.mul(centred, factor), tensor.apply("bias"));
  }

  /** A norm of the adapter's over the last dimension of x. */
  static Value own(Source s, String place, Value x, double eps) {
    return s.graph().layerNorm(x, s.own(place + ".weight"), s.own(place + ".bias"), eps);
  }

  /** {@code γ ⊙ z + β} of the adapter's tensors at a place. */
  static Value transformed(Source s, String place, Value z) {
    return s.graph().add(s.graph().mul(z, s.own(place + ".gamma")), s.own(place + ".beta"));
  }
}
