package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.nn.Linear;
import java.util.HashSet;
import java.util.List;

/**
 * The task of naming what is seen: C labels in the order of their indices, and a linear head {@code
 * logits = W f + b} over the backbone's feature.
 *
 * <p>Trainable: (F + 1)·C. Initially as PyTorch's linear layers.
 */
public record Classification(List<String> labels) {
  public Classification {
    labels = List.copyOf(labels);
    if (labels.size() < 2) {
      throw new ConfigException("A classification needs at least 2 classes, found " + labels);
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      throw new ConfigException("The class names must differ, found " + labels);
    }
  }

  /** From names in index order. */
  public static Classification of(List<String> labels) {
    return new Classification(labels);
  }

  Linear head(int features, Rng rng) {
    return Linear.initial(rng, features, labels.size());
  }
}
