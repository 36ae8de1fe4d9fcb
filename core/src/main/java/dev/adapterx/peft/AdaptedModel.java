package dev.adapterx.peft;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A frozen backbone, a tuner around it, and a head: what is trained and what predicts. Forward
 * passes may run on many threads at once; training is one thread's business. Closing frees tuner
 * and head, not the backbone, which several models may share.
 *
 * <pre>{@code
 * try (var backbone = Backbones.load(path, Backbones.Options.defaults());
 *     var model = AdaptedModel.attach(backbone, new AdapterX(), Classification.of(labels), seed)) { … }
 * }</pre>
 */
public final class AdaptedModel implements AutoCloseable {
  private final Backbone backbone;
  private final PeftMethod method;
  private final Classification task;
  private final Tuner tuner;
  private final Linear head;
  private final NamedTensors trainable;

  private AdaptedModel(
      Backbone backbone, PeftMethod method, Classification task, Tuner tuner, Linear head) {
    this.backbone = backbone;
    this.method = method;
    this.task = task;
    this.tuner = tuner;
    this.head = head;
    Map<String, Tensor> headTensors = new LinkedHashMap<>();
    headTensors.put("head.weight", head.weight());
    if (head.bias() != null) {
      headTensors.put("head.bias", head.bias());
    }
    this.trainable = tuner.trainable().and(NamedTensors.of(headTensors));
  }

  /**
   * Attaches a method and a fresh head. The seed names every initial value.
   *
   * @throws dev.adapterx.base.ConfigException when method and backbone do not fit
   */
  public static AdaptedModel attach(
      Backbone backbone, PeftMethod method, Classification task, long seed) {
    Rng rng = Rng.of(seed, "init");
    Tuner tuner = method.attach(backbone, rng.at("tuner"));
    Linear head = task.head(backbone.featureWidth(), rng.at("head"));
    head.weight().requires_grad_(true);
    if (head.bias() != null) {
      head.bias().requires_grad_(true);
    }
    return new AdaptedModel(backbone, method, task, tuner, head);
  }

  /** Input (B, …), prepared as the backbone wants it, to features (B, F). */
  public Tensor features(Tensor input, Pass pass) {
    return tuner.backbone().features(input, tuner, pass);
  }

  /** Input (B, …) to class scores (B, C) in fp32. */
  public Tensor logits(Tensor input, Pass pass) {
    return logitsOf(features(input, pass));
  }

  /** Features (B, F) to class scores (B, C) in fp32: the head alone. */
  public Tensor logitsOf(Tensor features) {
    return Engine.at("head", () -> head.forward(Tensors.fp32(features)));
  }

  /** Whether training leaves the features of an image as they are; see {@link Tuner}. */
  public boolean hasFixedFeatures() {
    return tuner.hasFixedFeatures();
  }

  /**
   * Class probabilities of each sample.
   *
   * @param input (B, …)
   * @return B rows of C values
   */
  public float[][] probabilities(Tensor input) {
    try (Scope scope = Scope.withoutGradients()) {
      float[] flat = Tensors.floats(torch.softmax(logits(input, Pass.evaluation()), 1));
      int classes = task.labels().size();
      float[][] rows = new float[flat.length / classes][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = java.util.Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
      }
      return rows;
    }
  }

  /** The backbone as it was attached to. */
  public Backbone backbone() {
    return backbone;
  }

  /** The backbone the tuner walks: over its own tensors when all of it is trained. */
  public Backbone tunedBackbone() {
    return tuner.backbone();
  }

  /**
   * All of the backbone's tensors with the tuner's effect inside; see {@link Tuner#merged()}.
   *
   * @throws dev.adapterx.base.ConfigException with the reason, where a method cannot be merged
   */
  public NamedTensors merged() {
    return tuner.merged();
  }

  /** The method. */
  public PeftMethod method() {
    return method;
  }

  /** The task. */
  public Classification task() {
    return task;
  }

  /** Everything that is trained, tuner first, then head. */
  public NamedTensors trainable() {
    return trainable;
  }

  /** Names of trainable tensors that weight decay spares: vectors, and what the tuner names. */
  public Set<String> undecayed() {
    Set<String> names = new HashSet<>(tuner.undecayed());
    trainable.forEach(
        (name, tensor) -> {
          if (tensor.dim() < 2) {
            names.add(name);
          }
        });
    return names;
  }

  /** The counts. */
  public ParameterReport parameters() {
    long head = trainable.at("head").elements();
    long peft = tuner.trainable().elements();
    long frozen =
        backbone.tensors().names().stream()
            .filter(name -> !name.startsWith("head.") && !name.startsWith("head_dist."))
            .mapToLong(name -> backbone.tensors().get(name).numel())
            .sum();
    return new ParameterReport(peft, head, peft + head, frozen);
  }

  @Override
  public void close() {
    tuner.close();
    trainable.at("head").names().forEach(name -> trainable.get("head." + name).close());
  }
}
