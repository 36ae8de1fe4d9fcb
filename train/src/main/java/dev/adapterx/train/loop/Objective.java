package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Hits;
import dev.adapterx.tensor.NamedTensors;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * What a training minimises, and the tensors it changes. Outcomes are computed on many threads at
 * once.
 */
interface Objective {
  /**
   * The outcome of a micro-batch.
   *
   * @param loss its mean loss, a number
   * @param weight its share of the batch's {@link #weight}, in the same unit
   * @param hits its correct decisions. Call it inside the micro-batch's scope, and late: it waits
   *     for the device
   */
  record Outcome(Tensor loss, double weight, Supplier<Hits> hits) {}

  /**
   * Checks that training may start.
   *
   * @throws dev.adapterx.base.ConfigException naming what must be done first
   */
  default void requireReady() {}

  /** The micro-batch's loss, without auxiliary losses, which the pass collects. */
  Outcome outcome(Batch<?> batch, int start, int count, Pass pass);

  /**
   * The weight of samples in a row, in a batch: their number, or that of their labelled pixels. The
   * loss of a batch is the mean of its micro-batches' losses by this weight.
   */
  double weight(Batch<?> batch, int start, int count);

  /** Whether the weight is the number of samples, whatever their targets. */
  boolean weighsSamples();

  /** The name of the share of correct decisions; unused without decisions. */
  String hitsName();

  /** The backbone that inputs pass through. */
  Backbone backbone();

  /** The trainable tensors. */
  NamedTensors trainable();

  /** Names of trainable tensors exempt from weight decay. */
  Set<String> undecayed();

  /** Buffers, which training updates without a gradient. */
  NamedTensors buffers();

  /** Updates the running statistics from a step's batch statistics. */
  void follow(Map<String, Pass.Observed> observed);

  /** A description of everything that must be the same for a checkpoint to be resumed. */
  String description();

  /** The {@link #description}s of earlier versions, which had fewer settings. */
  default List<String> earlierDescriptions() {
    return List.of();
  }
}
