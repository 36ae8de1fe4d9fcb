package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import java.util.HashSet;
import java.util.List;

/**
 * The task of naming what is seen: C labels in the order of their indices, and what kind of head
 * scores them over the backbone's feature. Initial values are those of PyTorch's layers.
 */
public record Classification(List<String> labels, Head.Kind head) {
  public Classification {
    labels = List.copyOf(labels);
    if (labels.size() < 2) {
      throw new ConfigException("A classification needs at least 2 classes, found " + labels);
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      throw new ConfigException("The class names must differ, found " + labels);
    }
  }

  /** From names in index order, with a linear head. */
  public static Classification of(List<String> labels) {
    return new Classification(labels, Head.Kind.LINEAR);
  }

  /** This with another head. */
  public Classification with(Head.Kind kind) {
    return new Classification(labels, kind);
  }
}
