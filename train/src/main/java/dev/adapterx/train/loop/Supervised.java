package dev.adapterx.train.loop;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Batch;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Judged;
import dev.adapterx.task.Outputs;
import dev.adapterx.task.Task;
import dev.adapterx.tensor.NamedTensors;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The loss of an adapted model's task on labelled samples.
 *
 * @param task the model's own
 * @param smoothing share of each target that is spread over all classes
 * @param source of features, where the head reads only the pooled feature
 */
public record Supervised<T, P>(
    AdaptedModel model, Task<T, P> task, double smoothing, FeatureSource source)
    implements Objective {

  /** The objective for a model's task. */
  public static Supervised<?, ?> of(AdaptedModel model, double smoothing, FeatureSource source) {
    return of(model, model.task(), smoothing, source);
  }

  private static <T, P> Supervised<T, P> of(
      AdaptedModel model, Task<T, P> task, double smoothing, FeatureSource source) {
    return new Supervised<>(model, task, smoothing, source);
  }

  @Override
  public Outcome outcome(Batch<?> batch, int start, int count, Pass pass) {
    // Features that training does not change are computed as in evaluation: noise would have no
    // use.
    Pass before = model.hasFixedFeatures() ? Pass.evaluation() : pass;
    Outputs outputs = source.outputs(model, batch, start, count, before, pass);
    List<T> targets = batch.targets(task.targets(), start, count);
    Judged judged = task.judged(outputs, targets, smoothing);
    return new Outcome(judged.loss(), judged.weight(), judged.hits());
  }

  @Override
  public double weight(Batch<?> batch, int start, int count) {
    return task.weight(batch.targets(task.targets(), start, count));
  }

  @Override
  public boolean weighsSamples() {
    return task.weighsSamples();
  }

  @Override
  public String hitsName() {
    return task.hitsName();
  }

  /** A method that needs training inputs first would otherwise train on zeros. */
  @Override
  public void requireReady() {
    if (!model.isPrepared()) {
      throw new ConfigException(
          model.method().name()
              + " needs "
              + model.examples()
              + " training inputs before it is trained, and has received none. Call"
              + " TrainingData.prepare(model), or AdaptedModel.prepare with inputs of your own,"
              + " before the first step");
    }
  }

  @Override
  public Backbone backbone() {
    return model.backbone();
  }

  @Override
  public NamedTensors trainable() {
    return model.trainable();
  }

  @Override
  public Set<String> undecayed() {
    return model.undecayed();
  }

  @Override
  public NamedTensors buffers() {
    return model.buffers();
  }

  @Override
  public void follow(Map<String, Pass.Observed> observed) {
    model.follow(observed);
  }

  @Override
  public String description() {
    return description(model.method().toString());
  }

  @Override
  public List<String> earlierDescriptions() {
    return Methods.earlierTexts(model.method()).stream().map(this::description).toList();
  }

  private String description(String method) {
    return method + "\n" + model.backbone().info().sha256() + "\n" + model.task();
  }
}
