package dev.adapterx.task;

import dev.adapterx.model.Features;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.NamedTensors;

/** What turns features into a task's outputs: all of it is trained. */
public interface Head {
  /** What is read of a backbone to outputs. */
  Outputs forward(Features features, Pass pass);

  /** What is trained, below {@code head}. */
  NamedTensors trainable();

  /** Running statistics, below {@code head}. */
  NamedTensors buffers();
}
