package dev.adapterx.infer;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Probabilities;
import dev.adapterx.task.Task;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What gives predictions for prepared inputs: a model, several together, or the classifier that a
 * backbone was pre-trained with. May be asked by many threads at once; owns nothing.
 *
 * @param <P> what is predicted of a sample, on the host
 */
public interface Inference<P> {
  /** The backbone that inputs go through. */
  Backbone backbone();

  /** The names of the classes, position = index. */
  List<String> labels();

  /**
   * What is said of each sample. Call inside a {@code Scope} without gradients.
   *
   * @param input (B, …), prepared as the backbone wants it
   */
  List<P> predictions(Tensor input);

  /** A model of whatever task. */
  static Inference<?> of(AdaptedModel model) {
    return new Model<>(model, model.task());
  }

  /**
   * A model of a task that is known.
   *
   * @throws ConfigException when the model's task is another
   */
  static <P, K extends Task<?, P>> Inference<P> of(AdaptedModel model, Class<K> task) {
    if (!task.isInstance(model.task())) {
      throw new ConfigException(
          "This needs a model of the task "
              + task.getSimpleName()
              + "; the model's task is "
              + model.task().name());
    }
    return new Model<>(model, task.cast(model.task()));
  }

  /**
   * The class probabilities of a model.
   *
   * @throws ConfigException when its task is no classification
   */
  static Inference<float[]> classes(AdaptedModel model) {
    return new Model<>(model, model.classification());
  }

  /**
   * The mean of the class probabilities of several, see {@link Probabilities#mean}.
   *
   * @param members over one backbone, with the same classes
   * @throws ConfigException when there is none, or they do not fit together
   */
  static Inference<float[]> mean(List<Inference<float[]>> members) {
    if (members.isEmpty()) {
      throw new ConfigException("A mean needs at least one model, found none");
    }
    Inference<float[]> first = members.get(0);
    for (Inference<float[]> other : members) {
      if (other.backbone() != first.backbone() || !other.labels().equals(first.labels())) {
        throw new ConfigException(
            "The models of a mean share one backbone and have the same classes in the same order");
      }
    }
    return new Mean(members);
  }

  /**
   * The classifier a backbone was pre-trained with.
   *
   * @param labels names in the order of the classes; absent: those that came with the weights, else
   *     {@code 0}, {@code 1}, …
   * @throws CheckpointException when the weights have no classifier
   * @throws ConfigException when there are more or fewer labels than classes
   */
  static Inference<float[]> pretrained(Backbone backbone, @Nullable List<String> labels) {
    int classes =
        backbone
            .classifier()
            .classes()
            .orElseThrow(
                () ->
                    new CheckpointException(
                        backbone.info().name()
                            + " has no classifier of its own among its tensors: no head.weight, as ViTs call it, nor cls_head_finetune, as point transformers do. Train one, and predict with the run"));
    if (labels != null && labels.size() != classes) {
      throw new ConfigException(
          "Expected one label per class, "
              + classes
              + ", found "
              + labels.size()
              + "; the labels are of another model");
    }
    List<String> own = backbone.info().labels();
    List<String> known = own.size() == classes ? own : ClassNames.numbered(classes);
    return new Pretrained(backbone, labels == null ? known : labels);
  }

  /** A model and its task. */
  record Model<P>(AdaptedModel model, Task<?, P> task) implements Inference<P> {
    @Override
    public Backbone backbone() {
      return model.backbone();
    }

    @Override
    public List<String> labels() {
      return task.labels();
    }

    @Override
    public List<P> predictions(Tensor input) {
      return task.predictions(model.outputs(input, Pass.evaluation()));
    }
  }

  /** Several classifiers, of whose probabilities the mean is taken. */
  record Mean(List<Inference<float[]>> members) implements Inference<float[]> {
    public Mean {
      members = List.copyOf(members);
    }

    @Override
    public Backbone backbone() {
      return members.get(0).backbone();
    }

    @Override
    public List<String> labels() {
      return members.get(0).labels();
    }

    @Override
    public List<float[]> predictions(Tensor input) {
      return Probabilities.means(members.stream().map(one -> one.predictions(input)).toList());
    }
  }

  /** A backbone's own classifier. */
  record Pretrained(Backbone backbone, List<String> labels) implements Inference<float[]> {
    public Pretrained {
      labels = List.copyOf(labels);
    }

    @Override
    public List<float[]> predictions(Tensor input) {
      return Probabilities.of(backbone.classifier().logits(input).orElseThrow());
    }
  }
}
