package dev.adapterx.task;

import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointHead;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Turns the pooled feature into class scores. */
public sealed interface ClassHead extends Head {
  /** The architecture of a head. */
  enum Kind {
    /** {@code W f + b}. Trainable: (F + 1)·C. */
    LINEAR,
    /**
     * Point-MAE's: F → 256 → 256 → C with batch norm, ReLU and dropout 0.5 behind each hidden
     * layer, see {@link PointHead}. Trainable: 256·F + 256·256 + 6·256 + 257·C.
     */
    MLP;

    /** The number of parameters; the number of classes may be a mean over tasks. */
    public double parameters(int features, double classes) {
      if (this == LINEAR) {
        return classes * (features + 1.0);
      }
      int h = Deep.HIDDEN;
      return h * (features + 1.0) + h * (h + 1.0) + 4.0 * h + classes * (h + 1.0);
    }

    ClassHead initial(int features, int classes, Parameters parameters) {
      return this == LINEAR
          ? Plain.initial(features, classes, parameters)
          : Deep.initial(features, classes, parameters);
    }
  }

  /** Pooled features (B, F) in fp32 to scores (B, C). */
  Tensor scores(Tensor features, Pass pass);

  @Override
  default Outputs forward(Features features, Pass pass) {
    return Outputs.of(scores(Tensors.fp32(features.pooled()), pass));
  }

  /** One linear layer. */
  record Plain(Linear linear, NamedTensors trainable) implements ClassHead {
    static ClassHead initial(int features, int classes, Parameters parameters) {
      Tensor weight =
          parameters.add("weight", r -> Init.kaimingUniform(r, features, classes, features));
      Tensor bias = parameters.add("bias", r -> Init.kaimingUniform(r, features, classes));
      return new Plain(new Linear(weight, bias), parameters.named("head"));
    }

    @Override
    public Tensor scores(Tensor features, Pass pass) {
      return linear.forward(features);
    }

    @Override
    public NamedTensors buffers() {
      return NamedTensors.none();
    }
  }

  /** Point-MAE's. */
  record Deep(PointHead layers, NamedTensors trainable, NamedTensors buffers) implements ClassHead {
    private static final int HIDDEN = 256;
    private static final double DROPOUT = 0.5;

    static ClassHead initial(int features, int classes, Parameters parameters) {
      Map<String, Tensor> statistics = new LinkedHashMap<>();
      hidden(0, features, parameters, statistics);
      hidden(4, HIDDEN, parameters, statistics);
      linear("8", HIDDEN, classes, parameters);
      NamedTensors trainable = parameters.named("head");
      NamedTensors buffers = NamedTensors.of(statistics);
      PointHead layers = PointHead.from(trainable.and(buffers).at("head"), DROPOUT);
      return new Deep(layers, trainable, buffers);
    }

    private static void hidden(
        int at, int in, Parameters parameters, Map<String, Tensor> statistics) {
      linear(Integer.toString(at), in, HIDDEN, parameters);
      String norm = Integer.toString(at + 1);
      parameters.add(norm + ".weight", r -> Init.constant(1, HIDDEN));
      parameters.add(norm + ".bias", r -> Init.zeros(HIDDEN));
      String place = "head." + norm + ".";
      statistics.put(place + BatchNorm.RUNNING_MEAN, parameters.place(Init.zeros(HIDDEN)));
      statistics.put(place + BatchNorm.RUNNING_VAR, parameters.place(Init.constant(1, HIDDEN)));
    }

    private static void linear(String place, int in, int out, Parameters parameters) {
      parameters.add(place + ".weight", r -> Init.kaimingUniform(r, in, out, in));
      parameters.add(place + ".bias", r -> Init.kaimingUniform(r, in, out));
    }

    @Override
    public Tensor scores(Tensor features, Pass pass) {
      return layers.forward(features, pass);
    }
  }
}
