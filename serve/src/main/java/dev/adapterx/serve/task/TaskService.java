package dev.adapterx.serve.task;

import dev.adapterx.peft.AdaptedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One task over one backbone. Asked by many threads at once; owns nothing.
 *
 * @param <Q> a sample that is ready for the models, as it waits in the queue
 */
public interface TaskService<Q> {
  /**
   * Makes a sample ready, the same for every adapter of the task.
   *
   * @param sample a picture or a cloud, as it was read
   * @param name for messages
   * @param wishes what is told of it
   * @throws dev.adapterx.base.DataException when it cannot be used
   */
  Q prepared(Object sample, String name, Wishes wishes);

  /**
   * What the sender prepared itself.
   *
   * @param values a sample of the backbone's input shape
   * @throws dev.adapterx.base.DataException when the task needs the file
   */
  Q prepared(float[] values);

  /** Bytes of memory that a sample holds while it waits. */
  long bytes(Q sample);

  /**
   * How many rows of the backbone's input a model computes of a sample: one, or those of its
   * windows, tiles or draws. At least as many as there are.
   *
   * @throws dev.adapterx.base.DataException when it can say nothing of the sample as it was told
   */
  default long rows(AdaptedModel model, Q sample) {
    return 1;
  }

  /** Whether a model is told {@link Wishes#category}. */
  default boolean isTold(AdaptedModel model) {
    return false;
  }

  /** What a model has to be told of a sample, {@link Wishes#category}; empty: nothing. */
  default List<String> categories(AdaptedModel model) {
    return List.of();
  }

  /** Whether {@link #prepared(float[])} takes samples. */
  default boolean takesPrepared() {
    return true;
  }

  /**
   * What each model says of each sample, computed in the thread that asks.
   *
   * @param models over the backbone, all of this task, at least one
   * @return an answer for each model, for each sample
   */
  List<List<TaskAnswer>> answers(List<AdaptedModel> models, List<Q> samples);

  /**
   * What adapters must have in common for samples of several to be computed in one forward pass,
   * each by its own, as a value to compare; empty: each adapter by itself.
   */
  default Optional<Object> family(AdaptedModel model) {
    return Optional.empty();
  }

  /**
   * What its own model says of each sample.
   *
   * @param models of one {@link #family}, one for each sample
   */
  default List<TaskAnswer> answersOfEach(List<AdaptedModel> models, List<Q> samples) {
    List<TaskAnswer> answers = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      answers.add(answers(List.of(models.get(i)), List.of(samples.get(i))).get(0).get(0));
    }
    return answers;
  }

  /**
   * Whether its models see a sample as {@link dev.adapterx.infer.Input} prepares it, so that what
   * they see can be looked at patch by patch; not through windows.
   */
  default boolean seesInput() {
    return false;
  }

  /** The tensors that protocols of tensors may ask a model for. */
  List<TensorForm> outputs(AdaptedModel model);

  /**
   * One of the {@link #outputs} for several samples.
   *
   * @param answers of one model, at least one
   * @throws dev.adapterx.base.DataException when they do not fit into one tensor
   */
  TensorForm.Filled output(String name, List<TaskAnswer> answers);
}
