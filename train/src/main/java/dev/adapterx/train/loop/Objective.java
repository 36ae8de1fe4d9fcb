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
 * What a training minimises, and by changing what. Outcomes are computed on many threads at once.
 */
interface Objective {
  /**
   * What a piece of a batch gave.
   *
   * @param loss its mean loss, a number
   * @param weight how much of the batch's {@link #weight} it has
   * @param hits how much of it was right. To be asked inside the piece's scope, and late: the
   *     answer waits for the device
   */
  record Outcome(Tensor loss, double weight, Supplier<Hits> hits) {}

  /**
   * Refuses to be trained where something has to happen first.
   *
   * @throws dev.adapterx.base.ConfigException saying what
   */
  default void requireReady() {}

  /** The piece's loss, without auxiliary losses, which the pass collects. */
  Outcome outcome(Batch<?> batch, int start, int count, Pass pass);

  /**
   * How much a whole batch weighs: samples, or pixels that have a label. The loss of a batch is the
   * mean of its pieces' by this weight.
   */
  double weight(Batch<?> batch);

  /** What the share of what was right is called; of no meaning where nothing is decided. */
  String hitsName();

  /** What inputs go through. */
  Backbone backbone();

  /** What is trained. */
  NamedTensors trainable();

  /** Names of trainable tensors that weight decay spares. */
  Set<String> undecayed();

  /** What changes with training without being trained. */
  NamedTensors buffers();

  /** Lets running statistics follow what batch norms saw in a step. */
  void follow(Map<String, Pass.Observed> observed);

  /** In words, all that a checkpoint must have been made for. */
  String description();

  /** What {@link #description} was in versions that knew fewer settings. */
  default List<String> earlierDescriptions() {
    return List.of();
  }
}
