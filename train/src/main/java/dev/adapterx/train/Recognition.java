package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Batch;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Naming the class of each sample: the mean cross-entropy of an adapted model.
 *
 * @param smoothing share of the target that is spread over all classes
 * @param source how samples become features
 */
record Recognition(AdaptedModel model, double smoothing, FeatureSource source)
    implements Objective {
  private static final long MEAN = torch.Reduction.Mean.value;

  @Override
  public Outcome outcome(Batch batch, int start, int count, Pass pass) {
    // Features that nothing trains are those of evaluation: noise in them would teach no one.
    Pass walk = model.hasFixedFeatures() ? Pass.evaluation() : pass;
    Tensor logits = model.logitsOf(source.features(model, batch, start, count, walk), pass);
    int classes = model.task().labels().size();
    Tensor target = Tensors.beside(logits, Batches.targets(batch, start, count, classes));
    Tensor predicted = logits.argmax(new LongOptional(1), false);
    return new Outcome(
        crossEntropy(logits, target, smoothing),
        () -> new Hits(Batches.correct(batch, start, Tensors.longs(predicted)), count));
  }

  /**
   * Mean cross-entropy of logits (B, C).
   *
   * @param target class indices (B), or soft targets (B, C)
   */
  static Tensor crossEntropy(Tensor logits, Tensor target, double smoothing) {
    return torch.cross_entropy_loss(logits, target, Tensors.optional(null), MEAN, -100, smoothing);
  }

  /** A method that has to look at training inputs first would otherwise learn from zeros. */
  @Override
  public void requireReady() {
    if (!model.isPrepared()) {
      throw new ConfigException(
          model.method().name()
              + " looks at "
              + model.examples()
              + " training inputs before it is trained, and has seen none. Call"
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
    return model.method() + "\n" + model.backbone().info().sha256() + "\n" + model.task();
  }
}
