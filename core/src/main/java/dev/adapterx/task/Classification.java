package dev.adapterx.task;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Label;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.node.ObjectNode;

/**
 * Classification: C labels in the order of their indices, and the kind of head that computes class
 * scores from the backbone's feature. Initial values are those of PyTorch's layers.
 */
public record Classification(List<String> labels, ClassHead.Kind head)
    implements Task<Label, float[]> {
  private static final long MEAN = torch.Reduction.Mean.value;

  public Classification {
    labels = List.copyOf(labels);
    if (labels.size() < 2) {
      throw new ConfigException("A classification needs at least 2 classes, found " + labels);
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      throw new ConfigException("The class names must differ, found " + labels);
    }
  }

  /** A classification over names in index order, with a linear head. */
  public static Classification of(List<String> labels) {
    return new Classification(labels, ClassHead.Kind.LINEAR);
  }

  /** The same task with another head. */
  public Classification with(ClassHead.Kind kind) {
    return new Classification(labels, kind);
  }

  @Override
  public String name() {
    return "classification";
  }

  @Override
  public Class<Label> targets() {
    return Label.class;
  }

  @Override
  public Reads reads(Backbone backbone) {
    return Reads.pooled();
  }

  @Override
  public ClassHead head(Features.Shape of, Parameters parameters) {
    return head.initial(of.pooled(), labels.size(), parameters);
  }

  @Override
  public double weight(List<Label> targets) {
    return targets.size();
  }

  @Override
  public boolean weighsSamples() {
    return true;
  }

  @Override
  public Tensor loss(Outputs outputs, List<Label> targets, double smoothing) {
    Tensor logits = outputs.scores();
    return crossEntropy(logits, Tensors.beside(logits, target(targets)), smoothing);
  }

  /**
   * Mean cross-entropy of logits (B, C).
   *
   * @param target class indices (B), or soft targets (B, C)
   */
  public static Tensor crossEntropy(Tensor logits, Tensor target, double smoothing) {
    return torch.cross_entropy_loss(logits, target, Tensors.optional(null), MEAN, -100, smoothing);
  }

  /** Class indices (B), or soft targets (B, C) where samples were mixed. */
  private Tensor target(List<Label> targets) {
    int count = targets.size();
    if (targets.get(0).shares() != null) {
      float[][] soft = new float[count][];
      Arrays.setAll(soft, i -> Objects.requireNonNull(targets.get(i).shares()));
      return Tensors.of(soft, 0, count, count, labels.size());
    }
    return Tensors.of(targets.stream().mapToLong(Label::index).toArray(), count);
  }

  @Override
  public Supplier<Hits> hits(Outputs outputs, List<Label> targets) {
    Tensor predicted = outputs.scores().argmax(new LongOptional(1), false);
    return () -> {
      long[] classes = Tensors.longs(predicted);
      long right = 0;
      for (int i = 0; i < classes.length; i++) {
        right += classes[i] == targets.get(i).index() ? 1 : 0;
      }
      return new Hits(right, classes.length);
    };
  }

  @Override
  public String hitsName() {
    return Evaluation.ACCURACY;
  }

  /** Class probabilities (C) of each sample. */
  @Override
  public List<float[]> predictions(Outputs outputs) {
    return Probabilities.of(outputs.scores());
  }

  @Override
  public ClassMeter meter() {
    return new ClassMeter(labels.size());
  }

  @Override
  public void write(ObjectNode config) {
    config.set("labels", Settings.json().valueToTree(labels));
    config.set("head", Settings.json().valueToTree(head));
  }
}
