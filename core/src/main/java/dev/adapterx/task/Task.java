package dev.adapterx.task;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is learned. It declares which features of a backbone it reads and owns head, loss, score and
 * prediction; training loop, evaluation and predictor use it only through this interface. Immutable
 * and thread-safe.
 *
 * @param <T> the target of a sample: a label, a mask, boxes
 * @param <P> the prediction for a sample, on the host
 */
public interface Task<T, P> {
  /** Its name in recipes and adapter files. */
  String name();

  /** The class of its targets. */
  Class<T> targets();

  /** The names of the classes, position = index. */
  List<String> labels();

  /** The features of a backbone that its head reads. */
  Reads reads(Backbone backbone);

  /**
   * A fresh head.
   *
   * @param of shape of the head's input
   * @param parameters collects the trainable tensors; initial values are drawn from it
   */
  Head head(Features.Shape of, Parameters parameters);

  /**
   * The weight of these targets in the loss of a batch: the number of samples, labelled pixels or
   * boxes. The loss of a batch is the weighted mean, however it is divided into micro-batches.
   */
  double weight(List<T> targets);

  /** Whether the {@link #weight} is the number of samples, whatever their targets. */
  default boolean weighsSamples() {
    return false;
  }

  /**
   * The mean loss of some samples, weighted by their {@link #weight}; 0 where that is 0.
   *
   * @param smoothing share of each target that is spread over all classes
   */
  Tensor loss(Outputs outputs, List<T> targets, double smoothing);

  /**
   * The number of correct decisions in training, logged under {@link #hitsName}.
   *
   * @return call it inside the scope of the outputs, and late: it waits for the device
   */
  Supplier<Hits> hits(Outputs outputs, List<T> targets);

  /**
   * Loss, weight and hits of the same outputs, which is what training asks for: a task of which
   * they share work does it once.
   */
  default Judged judged(Outputs outputs, List<T> targets, double smoothing) {
    return new Judged(loss(outputs, targets, smoothing), weight(targets), hits(outputs, targets));
  }

  /** The name of the share of {@link #hits}: {@code accuracy}, {@code pixel-accuracy}. */
  String hitsName();

  /** The prediction for each sample. */
  List<P> predictions(Outputs outputs);

  /**
   * What the outputs say of samples whose targets are at hand, which is all that is measured. A
   * sample that is seen in several views, as a large picture through windows, has as many rows of
   * the outputs, one after the other; its target tells how many, and the prediction has the form of
   * the target. What is to be predicted without being known has a target that knows nothing.
   */
  default List<P> predictions(Outputs outputs, List<T> targets) {
    return predictions(outputs);
  }

  /**
   * Whether a sample is evaluated and predicted by itself, as its size is its own: then what is
   * said of it does not depend, in the last bit, on what else is in a batch.
   */
  default boolean isAlone() {
    return false;
  }

  /** A new meter, which compares predictions with targets. */
  Meter<T, P> meter();

  /** Writes to an adapter's config what {@link TaskKind#read} needs to recreate it. */
  void write(ObjectNode config);
}
