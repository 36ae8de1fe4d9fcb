package dev.adapterx.dense.parts;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Collects the layers of a head while it is built. */
final class Layers {
  /** Where a head's tensors are. */
  static final String PLACE = "head";

  private final Parameters parameters;
  private final Map<String, Tensor> statistics = new LinkedHashMap<>();

  Layers(Parameters parameters) {
    this.parameters = parameters;
  }

  /** A linear layer with a bias, as PyTorch draws it. */
  void linear(String name, long in, long out, long... behind) {
    weight(name, in, out, behind);
    parameters.add(name + ".bias", r -> Init.kaimingUniform(r, in, out));
  }

  /** Its weight (out, in) alone, or (out, in, 1) as that of a convolution over single points. */
  void weight(String name, long in, long out, long... behind) {
    long[] shape = behind.length == 0 ? new long[] {out, in} : new long[] {out, in, behind[0]};
    parameters.add(name + ".weight", r -> Init.kaimingUniform(r, in, shape));
  }

  /** A batch norm. */
  void norm(String name, long width) {
    parameters.add(name + ".weight", r -> Init.constant(1, width));
    parameters.add(name + ".bias", r -> Init.zeros(width));
    String place = PLACE + "." + name + ".";
    statistics.put(place + BatchNorm.RUNNING_MEAN, parameters.place(Init.zeros(width)));
    statistics.put(place + BatchNorm.RUNNING_VAR, parameters.place(Init.constant(1, width)));
  }

  /** All that is trained. */
  NamedTensors trainable() {
    return parameters.named(PLACE);
  }

  /** Running statistics. */
  NamedTensors buffers() {
    return NamedTensors.of(statistics);
  }

  /** {@code max(x, 0)}. */
  static Tensor relu(Tensor x) {
    return x.clamp_min(new Scalar(0.0));
  }

  /** {@code x} where it is above 0, else a fifth of it. */
  static Tensor leaky(Tensor x) {
    return torch.leaky_relu(x, new Scalar(0.2));
  }
}
