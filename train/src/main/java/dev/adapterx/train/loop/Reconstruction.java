package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import dev.adapterx.infer.Pieces;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.MaskedAutoencoder;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Hits;
import dev.adapterx.tensor.NamedTensors;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** Reconstructing the points of masked groups: the loss of a masked autoencoder. */
public record Reconstruction(MaskedAutoencoder model, String settings) implements Objective {
  @Override
  public Outcome outcome(Batch<?> batch, int start, int count, Pass pass) {
    Tensor groups = Pieces.inputs(batch, start, count, model.backbone());
    return new Outcome(model.loss(groups, pass), count, () -> Hits.NONE);
  }

  @Override
  public double weight(Batch<?> batch, int start, int count) {
    return count;
  }

  @Override
  public boolean weighsSamples() {
    return true;
  }

  @Override
  public String hitsName() {
    return "hits";
  }

  @Override
  public Backbone backbone() {
    return model.backbone();
  }

  @Override
  public NamedTensors trainable() {
    return model.trainable();
  }

  @Override
  public Set<String> undecayed() {
    Set<String> names = new HashSet<>();
    trainable()
        .forEach(
            (name, tensor) -> {
              if (tensor.dim() < 2 || name.endsWith("_token")) {
                names.add(name);
              }
            });
    return names;
  }

  @Override
  public NamedTensors buffers() {
    return model.buffers();
  }

  @Override
  public void follow(Map<String, Pass.Observed> observed) {
    BatchNorm.follow(model.buffers(), observed);
  }

  @Override
  public String description() {
    return settings;
  }
}
