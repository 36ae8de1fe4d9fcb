package dev.adapterx.peft;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.mixture.SharingMoA;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.testing.Tiny;
import org.bytedeco.pytorch.Tensor;

/** A Sharing Mixture of Adapters on its own, and its tensors by name. */
public record Mixture(SharingMoA moa, NamedTensors tensors) {
  public static final int WIDTH = 24;
  public static final int BOTTLENECK = 6;

  /** As it is at the start of a training. */
  public static Mixture initial(AdapterX method) {
    Parameters parameters = new Parameters(Rng.of(1, "mixture"), Device.CPU);
    SharingMoA moa = SharingMoA.initial(method, WIDTH, method.bottleneck(WIDTH), "m", parameters);
    return new Mixture(moa, parameters.named());
  }

  /** As it might be later. */
  public static Mixture random(AdapterX method) {
    Mixture mixture = initial(method);
    Tiny.randomise(mixture.tensors, 0.3, 3);
    return mixture;
  }

  public Tensor get(String name) {
    return tensors.get("m." + name);
  }

  public Tensor evaluated(Tensor x) {
    return moa.forward(x, Pass.evaluation(), "blocks.0");
  }
}
