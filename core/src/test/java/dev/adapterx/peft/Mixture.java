package dev.adapterx.peft;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.testing.Tiny;
import org.bytedeco.pytorch.Tensor;

/** A Sharing Mixture of Adapters on its own, and its tensors by name. */
record Mixture(SharingMoA moa, NamedTensors tensors) {
  static final int WIDTH = 24;
  static final int BOTTLENECK = 6;

  /** As it is at the start of a training. */
  static Mixture initial(AdapterX method) {
    Parameters parameters = new Parameters(Rng.of(1, "mixture"), Device.CPU);
    SharingMoA moa = SharingMoA.initial(method, WIDTH, method.bottleneck(WIDTH), "m", parameters);
    return new Mixture(moa, parameters.named());
  }

  /** As it might be later. */
  static Mixture random(AdapterX method) {
    Mixture mixture = initial(method);
    Tiny.randomise(mixture.tensors, 0.3, 3);
    return mixture;
  }

  Tensor get(String name) {
    return tensors.get("m." + name);
  }

  Tensor evaluated(Tensor x) {
    return moa.forward(x, Pass.evaluation(), "blocks.0");
  }
}
