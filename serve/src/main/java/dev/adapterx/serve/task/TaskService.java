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
   * @param sample as {@link dev.adapterx.infer.Input#decode} gives it: a picture or a cloud
   * @param name for messages
   * @throws dev.adapterx.base.DataException when it cannot be used
   */
  Q prepared(Object sample, String name);

  /**
   * What the sender prepared itself.
   *
   * @param values a sample of the backbone's input shape
   */
  Q prepared(float[] values);

  /** Bytes of memory that a sample holds while it waits. */
  long bytes(Q sample);

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
