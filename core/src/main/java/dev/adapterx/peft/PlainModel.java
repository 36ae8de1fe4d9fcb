package dev.adapterx.peft;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Features;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Head;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.NamedTensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A backbone and a head without a tuner: an adapted model merged or switched off. Closing frees
 * only the weights it owns, not the head, which belongs to the adapted model.
 *
 * @param reads what the head reads of the backbone
 * @param owned weights created for it
 */
public record PlainModel(Backbone backbone, Reads reads, Head head, NamedTensors owned)
    implements AutoCloseable {
  /** Input (B, …) to the outputs of the head. */
  public Outputs outputs(Tensor input, Pass pass) {
    Features read = backbone.features(input, BackboneTuner.NONE, pass, reads);
    return Engine.at("head", () -> head.forward(read, pass));
  }

  /** Input (B, …) to class scores (B, C) in fp32. */
  public Tensor logits(Tensor input, Pass pass) {
    return outputs(input, pass).scores();
  }

  @Override
  public void close() {
    owned.close();
  }
}
