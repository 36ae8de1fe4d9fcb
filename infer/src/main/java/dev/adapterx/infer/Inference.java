package dev.adapterx.infer;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Features;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Probabilities;
import dev.adapterx.task.Task;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What gives predictions for prepared inputs: a model, several together, or the classifier that a
 * backbone was pre-trained with. Thread-safe; owns nothing.
 *
 * @param <P> what is predicted of a sample, on the host
 */
public interface Inference<P> {
  /** The backbone that inputs go through. */
  Backbone backbone();

  /** The names of the classes, position = index; none where several models have different ones. */
  List<String> labels();

  /**
   * Predicts each sample. Call inside a {@code Scope} without gradients.
   *
   * @param input (B, …), prepared as the backbone wants it
   */
  List<P> predictions(Tensor input);

  /** A model of any task. */
  static Model<?> of(AdaptedModel model) {
    return new Model<>(model, model.task());
  }

  /**
   * A model of a given task.
   *
   * @throws ConfigException when the model's task is another
   */
  static <P, K extends Task<?, P>> Model<P> of(AdaptedModel model, Class<K> task) {
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
  static Model<float[]> classes(AdaptedModel model) {
    return new Model<>(model, model.classification());
  }

  /**
   * The mean of the class probabilities of several, see {@link Probabilities#mean}.
   *
   * @param members over one backbone, with the same classes
   * @throws ConfigException when there is none, or they do not fit together
   */
  static Inference<float[]> mean(List<Model<float[]>> members) {
    Each<float[]> each = new Each<>(members);
    if (each.labels().isEmpty()) {
      throw new ConfigException(
          "The models of a mean must have the same classes in the same order");
    }
    return new Mean(each);
  }

  /**
   * The predictions of several models for the same samples. If no model changes the backbone
   * (linear probes), its forward pass is computed once.
   *
   * @param models over one backbone
   * @throws ConfigException when there is none, or they have different backbones
   */
  static <P> Inference<List<P>> each(List<Model<P>> models) {
    return new Each<>(models);
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
      return of(model.features(input, Pass.evaluation(), model.reads()));
    }

    private List<P> of(Features read) {
      return task.predictions(model.outputsOf(read, Pass.evaluation()));
    }
  }

  /** Several models for the same samples. */
  record Each<P>(List<Model<P>> models) implements Inference<List<P>> {
    public Each {
      models = List.copyOf(models);
      if (models.isEmpty()) {
        throw new ConfigException("Expected at least one model, found none");
      }
      Backbone first = models.get(0).backbone();
      if (models.stream().anyMatch(one -> one.backbone() != first)) {
        throw new ConfigException("Models that are asked together share one backbone");
      }
    }

    @Override
    public Backbone backbone() {
      return models.get(0).backbone();
    }

    @Override
    public List<String> labels() {
      List<String> first = models.get(0).labels();
      return models.stream().allMatch(one -> one.labels().equals(first)) ? first : List.of();
    }

    /** For each sample the predictions of all models, in the order of the models. */
    @Override
    public List<List<P>> predictions(Tensor input) {
      SharedFeatures shared = new SharedFeatures(input);
      List<List<P>> byModel = models.stream().map(one -> one.of(shared.of(one.model()))).toList();
      return IntStream.range(0, byModel.get(0).size())
          .mapToObj(i -> byModel.stream().map(rows -> rows.get(i)).toList())
          .toList();
    }
  }

  /** Several classifiers, of whose probabilities the mean is taken. */
  record Mean(Each<float[]> each) implements Inference<float[]> {
    @Override
    public Backbone backbone() {
      return each.backbone();
    }

    @Override
    public List<String> labels() {
      return each.labels();
    }

    @Override
    public List<float[]> predictions(Tensor input) {
      return each.predictions(input).stream().map(Probabilities::mean).toList();
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
