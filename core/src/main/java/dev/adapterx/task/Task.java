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
 * What is learned. It says what it reads of a backbone and owns head, loss, score and prediction; a
 * training loop, an evaluation and a predictor know nothing else of it. Immutable and thread-safe.
 *
 * @param <T> the target of a sample: a label, a mask, boxes
 * @param <P> what is predicted of a sample, on the host
 */
public interface Task<T, P> {
  /** Its name in recipes and adapter files. */
  String name();

  /** What targets are of. */
  Class<T> targets();

  /** The names of the classes, position = index. */
  List<String> labels();

  /** What its head reads of a backbone. */
  Reads reads(Backbone backbone);

  /**
   * A fresh head.
   *
   * @param of what the head is given
   * @param parameters collects what is trained; initial values are drawn from it
   */
  Head head(Features.Shape of, Parameters parameters);

  /**
   * How much these targets weigh in the loss of a batch: how many samples, labelled pixels, boxes.
   * The loss of a batch is the mean by these weights, however it is cut into micro-batches.
   */
  double weight(List<T> targets);

  /**
   * The mean loss of some samples by their {@link #weight}; 0 where that is 0.
   *
   * @param smoothing share of each target that is spread over all classes
   */
  Tensor loss(Outputs outputs, List<T> targets, double smoothing);

  /**
   * How many of the things decided are right while training, under the name of {@link #hitsName}.
   *
   * @return to be asked inside the scope of the outputs, and late: the answer waits for the device
   */
  Supplier<Hits> hits(Outputs outputs, List<T> targets);

  /** What the share of {@link #hits} is called: {@code accuracy}, {@code pixel-accuracy}. */
  String hitsName();

  /** What the outputs say of each sample. */
  List<P> predictions(Outputs outputs);

  /** Compares predictions with targets; each call gives a new one. */
  Meter<T, P> meter();

  /** Writes into an adapter's config what {@link TaskKind#read} needs to make it again. */
  void write(ObjectNode config);
}
