package dev.adapterx.peft;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A backbone and a head with nothing around them: an adapted model merged or switched off. Closing
 * frees the weights it was given alone, not the head, which the adapted model owns.
 *
 * @param owned weights made for it
 */
public record PlainModel(Backbone backbone, Head head, NamedTensors owned)
    implements AutoCloseable {
  /** Input (B, …) to class scores (B, C) in fp32. */
  public Tensor logits(Tensor input, Pass pass) {
    Tensor features = backbone.features(input, BackboneTuner.NONE, pass, Reads.pooled()).pooled();
    return Engine.at("head", () -> head.forward(Tensors.fp32(features), pass));
  }

  @Override
  public void close() {
    owned.close();
  }
}
