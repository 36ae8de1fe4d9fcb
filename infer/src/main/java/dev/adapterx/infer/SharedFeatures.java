package dev.adapterx.infer;

import dev.adapterx.model.Features;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.PeftMethod;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The features that several models over one backbone see of one input. Where nothing that was
 * trained acts inside the backbone (linear probes), they are computed once for all models that read
 * the same. Use it inside one {@code Scope} without gradients; for one thread.
 */
public final class SharedFeatures {
  /** What models agree in that have the same features of a backbone, fixed as they are. */
  private record Key(PeftMethod method, Reads reads) {}

  private final Tensor input;
  private final Map<Key, Features> computed = new HashMap<>();

  /**
   * @param input (B, …), prepared as the backbone wants it
   */
  public SharedFeatures(Tensor input) {
    this.input = input;
  }

  /** What the head of a model reads. */
  public Features of(AdaptedModel model) {
    Reads reads = model.reads();
    return model.hasFixedFeatures() && !model.isQuantised()
        ? computed.computeIfAbsent(
            new Key(model.method(), reads), key -> model.features(input, Pass.evaluation(), reads))
        : model.features(input, Pass.evaluation(), reads);
  }
}
