package dev.adapterx.task;

import dev.adapterx.model.Features;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.NamedTensors;

/** Turns features into a task's outputs: all of its parameters are trained. */
public interface Head {
  /** Features of a backbone to outputs. */
  Outputs forward(Features features, Pass pass);

  /** The trainable tensors, below {@code head}. */
  NamedTensors trainable();

  /** Running statistics, below {@code head}. */
  NamedTensors buffers();
}
