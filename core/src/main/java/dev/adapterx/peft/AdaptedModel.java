package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import dev.adapterx.model.int8.Calibration;
import dev.adapterx.model.int8.Int8Linears;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Head;
import dev.adapterx.task.Outputs;
import dev.adapterx.task.Task;
import dev.adapterx.tensor.Engine;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A frozen backbone, a tuner around it, and a head: the model that is trained and that predicts.
 * Forward passes may run on many threads at once; train it on one thread. Closing frees tuner and
 * head, not the backbone, which several models may share; only a model that {@link
 * AdapterFile#open} made frees its backbone too.
 *
 * <pre>{@code
 * try (var backbone = Backbones.load(path, Backbones.Options.defaults());
 *     var model = AdaptedModel.attach(backbone, new AdapterX(), Classification.of(labels), seed)) { … }
 * }</pre>
 */
public final class AdaptedModel implements AutoCloseable {
  private final Backbone backbone;
  private final PeftMethod method;
  private final Task<?, ?> task;
  private final Tuner tuner;
  private final Head head;
  private final NamedTensors trainable;
  private final NamedTensors buffers;
  private final boolean ownsBackbone;
  private @Nullable Int8Linears int8; // in evaluation, once asked for

  private AdaptedModel(
      Backbone backbone,
      PeftMethod method,
      Task<?, ?> task,
      Tuner tuner,
      Head head,
      NamedTensors statistics,
      boolean ownsBackbone) {
    this.ownsBackbone = ownsBackbone;
    this.backbone = backbone;
    this.method = method;
    this.task = task;
    this.tuner = tuner;
    this.head = head;
    this.trainable = tuner.trainable().and(head.trainable());
    this.buffers = statistics.and(tuner.buffers()).and(head.buffers());
  }

  /**
   * Attaches a method and a fresh head. The seed determines every initial value.
   *
   * @throws dev.adapterx.base.ConfigException when method and backbone do not fit
   */
  public static AdaptedModel attach(
      Backbone backbone, PeftMethod method, Task<?, ?> task, long seed) {
    Methods.requireFit(method, backbone);
    Rng rng = Rng.of(seed, "init");
    NamedTensors statistics = ownStatistics(backbone);
    Backbone base =
        statistics.names().isEmpty() ? backbone : backbone.over(backbone.tensors().and(statistics));
    Tuner tuner = method.attach(base, rng.at("tuner"));
    Parameters parameters = new Parameters(rng.at("head"), backbone.device());
    Backbone tuned = tuner.backbone();
    Features.Shape shape = new Features.Shape(task.reads(tuned).widths(tuned), featureWidth(tuner));
    Head head = task.head(shape, parameters);
    return new AdaptedModel(backbone, method, task, tuner, head, statistics, false);
  }

  /** Copies of the buffers that training updates; the backbone's own are unchanged. */
  private static NamedTensors ownStatistics(Backbone backbone) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    backbone
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (BatchNorm.isStatistic(name) && !backbone.classifier().owns(name)) {
                copies.put(name, tensor.clone());
              }
            });
    return NamedTensors.of(copies);
  }

  /** Input (B, …), prepared as the backbone expects it, to pooled features (B, F). */
  public Tensor features(Tensor input, Pass pass) {
    return features(input, pass, Reads.pooled()).pooled();
  }

  /** Input (B, …) to features of the tuned backbone: layers, maps, class token. */
  public Features features(Tensor input, Pass pass, Reads reads) {
    Int8Linears products = int8;
    BackboneTuner around = products == null ? tuner : products.around(tuner);
    return tuner.backbone().features(input, around, pass, reads);
  }

  /**
   * What the linear layers of the blocks are given, for {@link #quantise}: up to {@link
   * Calibration#MOST} inputs of the training split suffice.
   *
   * @param inputs batches (B, …), prepared as the backbone expects them
   * @throws ConfigException when there is none
   */
  public List<LayerRange> ranges(Iterable<Tensor> inputs) {
    Calibration calibration = new Calibration();
    return calibration.of(
        inputs, (input, around) -> features(input, around, Pass.evaluation(), reads()), tuner);
  }

  private Features features(Tensor input, BackboneTuner around, Pass pass, Reads reads) {
    return tuner.backbone().features(input, around, pass, reads);
  }

  /**
   * From here on computes the linear layers of the blocks in int8, but for those whose inputs have
   * outliers; gradients flow through them as they are stored. Layers that the method trains itself
   * are fixed by it: such models are trained no more.
   *
   * @param ranges of {@link #ranges}
   * @throws ConfigException when this machine has no instructions for it, with what to do instead
   */
  public void quantise(List<LayerRange> ranges) {
    Int8Linears.requireFast(backbone.device());
    computeBy(Int8Linears.of(tuner.backbone().blocks(), ranges));
  }

  /**
   * As {@link #quantise(List)}, over the backbone's weights that were packed once for all models;
   * of a method with weights of its own these are packed.
   *
   * @param packed of the {@link #backbone}'s blocks
   */
  public void quantise(List<LayerRange> ranges, Int8Linears packed) {
    Int8Linears.requireFast(backbone.device());
    computeBy(
        tuner.backbone() == backbone
            ? Int8Linears.of(ranges, packed)
            : Int8Linears.of(tuner.backbone().blocks(), ranges));
  }

  /** Whether linear layers are computed in int8, by ranges of this model alone. */
  public boolean isQuantised() {
    return int8 != null;
  }

  private void computeBy(Int8Linears products) {
    Int8Linears before = int8;
    int8 = products;
    if (before != null) {
      before.close();
    }
  }

  /**
   * Checks that a training in int8 can follow {@link #quantise}.
   *
   * @throws ConfigException naming a linear layer that the method trains itself
   */
  public void requireFrozenLinears() {
    Int8Linears.requireFrozen(tuner.backbone().blocks(), method.title());
  }

  /** How many tokens of the last block are computed; see {@link Reads#lastTokens}. */
  public int lastTokens(Pass pass) {
    return reads().lastTokens(tuner.backbone(), tuner, pass);
  }

  /** The features of the backbone that the head reads. */
  public Reads reads() {
    return task.reads(tuner.backbone());
  }

  /** Input (B, …) to the outputs of the task's head. */
  public Outputs outputs(Tensor input, Pass pass) {
    return outputsOf(features(input, pass, reads()), pass);
  }

  /** The features read from the backbone to the outputs of the task's head. */
  public Outputs outputsOf(Features read, Pass pass) {
    return Engine.at("head", () -> head.forward(read, pass));
  }

  /** Whether the head is a classification head, for which {@link #logitsOf} suffices. */
  public boolean hasClassHead() {
    return head instanceof ClassHead;
  }

  /** Input (B, …) to class scores (B, C) in fp32. */
  public Tensor logits(Tensor input, Pass pass) {
    return outputs(input, pass).scores();
  }

  /**
   * Pooled features (B, F) to class scores (B, C) in fp32: the head of a classification alone.
   *
   * @throws ConfigException when the head reads more than the pooled feature
   */
  public Tensor logitsOf(Tensor features, Pass pass) {
    if (head instanceof ClassHead own) {
      return Engine.at("head", () -> own.scores(Tensors.fp32(features), pass));
    }
    throw new ConfigException(
        "The head of the task '" + task.name() + "' reads more than a pooled feature");
  }

  /** Updates the running statistics from a step's batch statistics. */
  public void follow(Map<String, Pass.Observed> observed) {
    BatchNorm.follow(buffers, observed);
  }

  /** How many training inputs {@link #prepare} needs; see {@link Tuner#examples()}. */
  public int examples() {
    return tuner.examples();
  }

  /** Passes training inputs to the tuner before training; see {@link Tuner#prepare}. */
  public void prepare(Iterable<Tensor> inputs) {
    tuner.prepare(inputs);
  }

  /** Whether it may be trained: it needs no examples, or has seen them. */
  public boolean isPrepared() {
    return tuner.isPrepared();
  }

  /** Length of the feature the head sees. */
  public int featureWidth() {
    return featureWidth(tuner);
  }

  private static int featureWidth(Tuner tuner) {
    return tuner.pooling(tuner.backbone()).width(tuner.backbone().width());
  }

  /** Whether training leaves a sample's features unchanged; see {@link Tuner}. */
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
      return classification()
          .predictions(outputs(input, Pass.evaluation()))
          .toArray(float[][]::new);
    }
  }

  /** The backbone as it was attached to. */
  public Backbone backbone() {
    return backbone;
  }

  /**
   * The backbone that forward passes use: over the tuner's own tensors when all of it is trained.
   */
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

  /**
   * As {@link #merged()}, but of that tuned weight only: {@code (1 − α)·frozen + α·merged} (WiSE;
   * Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022, <a
   * href="https://arxiv.org/abs/2109.01903">paper</a>).
   *
   * @param alpha 0 (frozen) … 1 (tuned)
   * @throws dev.adapterx.base.ConfigException also for any other α
   */
  public NamedTensors merged(double alpha) {
    return Interpolation.between(backbone.tensors(), tuner.merged(), alpha);
  }

  /**
   * The same predictions from an ordinary backbone that has the tuner's effect inside its weights.
   * This model is unchanged and remains usable; close the merged one when it is no longer needed.
   *
   * @throws dev.adapterx.base.ConfigException with the reason, where a method cannot be merged
   */
  public PlainModel merge() {
    return merge(1);
  }

  /**
   * As {@link #merge()}, its backbone between the frozen and the tuned one: see {@link
   * #merged(double)}. The head is this model's.
   *
   * @param alpha 0 (frozen) … 1 (tuned)
   */
  public PlainModel merge(double alpha) {
    Map<String, Tensor> owned = new LinkedHashMap<>();
    try (Scope scope = Scope.withoutGradients()) {
      merged(alpha).forEach((name, t) -> owned.put(name, scope.keep(t.clone())));
    }
    NamedTensors weights = NamedTensors.of(owned);
    return new PlainModel(tuner.backbone().over(weights), reads(), head, weights);
  }

  /**
   * The head behind the frozen backbone alone, the method switched off.
   *
   * @throws dev.adapterx.base.ConfigException when the head sees more than the backbone's feature
   */
  public PlainModel disabled() {
    int alone = backbone.pooling().width(backbone.width());
    if (reads().of() == Reads.Of.POOLED && featureWidth() != alone) {
      throw new ConfigException(
          method.title()
              + " cannot be switched off: its head sees features of "
              + featureWidth()
              + " values, the backbone alone gives "
              + alone);
    }
    return new PlainModel(backbone, reads(), head, NamedTensors.none());
  }

  /** The method. */
  public PeftMethod method() {
    return method;
  }

  /** The task. */
  public Task<?, ?> task() {
    return task;
  }

  /**
   * The task, if it is a classification.
   *
   * @throws ConfigException for any other task
   */
  public Classification classification() {
    if (task instanceof Classification own) {
      return own;
    }
    throw new ConfigException(
        "This needs a model that names classes; the model's task is " + task.name());
  }

  /** Everything that is trained, tuner first, then head. */
  public NamedTensors trainable() {
    return trainable;
  }

  /** Names of the method's own among {@link #trainable()}, without the head's. */
  List<String> tunedNames() {
    return tuner.trainable().names();
  }

  /** Buffers: updated in training without a gradient, and saved; running statistics. */
  public NamedTensors buffers() {
    return buffers;
  }

  /** The tensors that an adapter file stores of this model. Call inside a {@code Scope}. */
  public List<StoredTensor> stored() {
    List<StoredTensor> tensors = new ArrayList<>(tuner.stored());
    tensors.addAll(StoredValues.of(head.trainable().and(buffers)));
    return tensors;
  }

  /**
   * The model that a file was written from, made out of this one, which must not be used any more.
   */
  AdaptedModel restored(Map<String, StoredTensor> stored) {
    StoredValues.copy(stored, head.trainable().and(buffers));
    Tuner own = tuner.restored(stored);
    return own == tuner
        ? this
        : new AdaptedModel(backbone, method, task, own, head, buffers, ownsBackbone);
  }

  /** This model, which owns the backbone from now on: closing it frees both. */
  AdaptedModel owningBackbone() {
    return new AdaptedModel(backbone, method, task, tuner, head, buffers, true);
  }

  /** Names of trainable tensors exempt from weight decay: vectors, and those the tuner names. */
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
    long heads = head.trainable().elements();
    long peft = methodParameters();
    return new ParameterReport(
        peft, heads, peft + heads + buffers.elements(), storedBytes(), backboneParameters());
  }

  /** Bytes of its own tensors: those of tuner and head, without the backbone's. */
  public long bytes() {
    NamedTensors own = trainable.and(buffers);
    return own.names().stream().mapToLong(name -> own.get(name).nbytes()).sum();
  }

  /**
   * The method's own parameters, without the head: one of {@link #parameters()}, without packing
   * any tensor.
   */
  public long methodParameters() {
    return tuner.trainable().elements();
  }

  /** The frozen backbone's parameters, without any head. */
  public long backboneParameters() {
    return backbone.tensors().names().stream()
        .filter(name -> !backbone.classifier().owns(name) && !BatchNorm.isStatistic(name))
        .mapToLong(name -> backbone.tensors().get(name).numel())
        .sum();
  }

  private long storedBytes() {
    try (Scope scope = Scope.withoutGradients()) {
      return stored().stream().mapToLong(StoredTensor::bytes).sum();
    }
  }

  @Override
  public void close() {
    if (int8 != null) {
      int8.close();
    }
    tuner.close();
    head.trainable().close();
    buffers.close();
    if (ownsBackbone) {
      backbone.close();
    }
  }
}
