package dev.adapterx.train.loop;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.data.Share;
import dev.adapterx.infer.Pieces;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Hits;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.recipe.TrainRecipe;
import dev.adapterx.train.routing.RoutingStatistics;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Trains on batches. All random numbers are derived from (seed, step, micro-batch, place), so a
 * trainer that is given the state of another after n steps continues to the same bytes.
 */
public final class Trainer implements AutoCloseable {
  /** Called after every optimiser step. */
  @FunctionalInterface
  public interface StepListener {
    void stepped(int step, int steps, double loss);
  }

  /** Training more than this fraction of the backbone, 1/8 of its elements, counts as large. */
  private static final long LARGE_FRACTION = 8;

  private final Objective objective;
  private final TrainRecipe recipe;
  private final long seed;
  private final Rng rng;
  private final AdamW optimiser;
  private final @Nullable Tensor average;
  private final Workers workers;
  private final RankGroup ranks;
  private final Shared shared;
  private StopCheck stop = new StopCheck(RunListener.NONE);

  /** Prepares the model's trainable tensors; the trainer owns their storage from now on. */
  public Trainer(AdaptedModel model, TrainRecipe recipe, long seed, Workers workers) {
    this(
        Supervised.of(model, recipe.labelSmoothing(), FeatureSource.BACKBONE),
        recipe,
        seed,
        workers);
  }

  public Trainer(Objective objective, TrainRecipe recipe, long seed, Workers workers) {
    this(objective, recipe, seed, workers, RankGroup.alone(), Share.ALL);
  }

  /**
   * One rank of a training: computes its share of every batch; the step is the same in all ranks.
   *
   * @param share of {@code ranks}, in the pieces that are this trainer's micro-batches
   */
  public Trainer(
      AdaptedModel model,
      TrainRecipe recipe,
      long seed,
      Workers workers,
      RankGroup ranks,
      Share share) {
    this(
        Supervised.of(model, recipe.labelSmoothing(), FeatureSource.BACKBONE),
        recipe,
        seed,
        workers,
        ranks,
        share);
  }

  private Trainer(
      Objective objective,
      TrainRecipe recipe,
      long seed,
      Workers workers,
      RankGroup ranks,
      Share share) {
    this.workers = workers;
    this.ranks = ranks;
    this.shared = new Shared(ranks, share, objective.buffers());
    this.objective = objective;
    this.recipe = recipe;
    this.seed = seed;
    this.rng = Rng.of(seed, "train");
    this.optimiser =
        new AdamW(
            objective.trainable(), objective.undecayed(), recipe.weightDecay(), shared.size());
    this.average = recipe.ema() > 0 ? optimiser.theta().clone() : null;
  }

  /** With other ranks: what is checked after every step, so that all end after the same. */
  public void stopBy(StopCheck check) {
    stop = check;
  }

  /** Brings the state of all ranks to that of rank 0: weights, moments, average, buffers. */
  public void spread() {
    if (ranks.isAlone()) {
      return;
    }
    try (Scope scope = Scope.withoutGradients()) {
      ranks.broadcast(optimiser.theta());
      ranks.broadcast(optimiser.firstMoment());
      ranks.broadcast(optimiser.secondMoment());
      if (average != null) {
        ranks.broadcast(average);
      }
      buffers().forEach((name, buffer) -> ranks.broadcast(buffer));
      if (ranks.isFirst()) {
        ranks.tell(Long.toString(optimiser.steps()));
      } else {
        optimiser.resumeAt(Long.parseLong(ranks.told()));
      }
    }
  }

  /**
   * One pass over the batches.
   *
   * @param steps number of batches
   * @throws dev.adapterx.base.ConfigException when the method needs training inputs first (see
   *     {@link TrainingData#prepare})
   * @throws DivergedException when the loss is not finite; the weights are then useless, but the
   *     last checkpoint is not
   */
  public EpochResult train(
      int epoch, Iterable<Batch<?>> batches, int steps, StepListener listener) {
    return train(epoch, batches, steps, objective, new EpochSums(), listener);
  }

  /** The rest of an epoch, for the trainer's own objective. */
  public EpochResult train(
      int epoch, Iterable<Batch<?>> batches, int steps, EpochSums sums, StepListener listener) {
    return train(epoch, batches, steps, objective, sums, listener);
  }

  /**
   * The rest of an epoch.
   *
   * @param batches the remaining ones
   * @param steps number of batches of the whole epoch
   * @param sums of the part that is done; whatever ends the epoch, they cover whole steps only
   */
  public EpochResult train(
      int epoch,
      Iterable<Batch<?>> batches,
      int steps,
      Objective objective,
      EpochSums sums,
      StepListener listener) {
    objective.requireReady();
    Iterator<Batch<?>> next = batches.iterator();
    while (true) {
      long began = System.nanoTime();
      boolean more = next.hasNext();
      double waited = (System.nanoTime() - began) / 1e9;
      if (more) {
        double before = sums.loss();
        Batch<?> batch = next.next();
        step(epoch, batch, steps, objective, sums);
        listener.stepped(sums.steps(), steps, (sums.loss() - before) / batch.size());
      }
      sums.passed((System.nanoTime() - began) / 1e9, waited);
      shared.requireGoOn(sums, optimiser.theta());
      if (!more) {
        shared.collect(sums, optimiser.theta());
        requireFinite(epoch, sums);
        return sums.result(objective.hitsName());
      }
    }
  }

  private void step(int epoch, Batch<?> batch, int steps, Objective objective, EpochSums sums) {
    double lr = recipe.schedule().rate(recipe, epoch, sums.steps(), steps);
    optimiser.zeroGradients();
    accumulate(batch, objective, sums);
    double norm = optimiser.gradientNorm();
    if (!Double.isFinite(sums.loss()) || !Double.isFinite(norm)) {
      throw new DivergedException(epoch, sums.steps(), lr);
    }
    if (recipe.clipNorm() > 0) {
      optimiser.clip(recipe.clipNorm(), norm);
    }
    optimiser.step(lr);
    if (average != null) {
      follow(average, optimiser.theta(), recipe.ema());
    }
    sums.stepped(norm, lr, batch.indices()[batch.size() - 1]);
  }

  /**
   * Gradient of the mean loss of a batch, computed in parallel micro-batches and summed in order,
   * then over the ranks.
   */
  private void accumulate(Batch<?> batch, Objective objective, EpochSums sums) {
    Rng stepRng = rng.at(optimiser.steps());
    boolean alone = ranks.isAlone();
    int most = alone ? microBatch(objective, recipe, batch.size()) : shared.share().piece();
    int first = alone ? 0 : shared.share().first(batch.size());
    int own = alone ? batch.size() : Math.max(0, shared.share().end(batch.size()) - first);
    double weight = own == 0 ? 0 : objective.weight(batch, first, own);
    double whole = objective.weighsSamples() ? batch.size() : shared.sum(weight);
    ObservedMeans observed = new ObservedMeans();
    Pieces.inOrder(
        workers,
        own,
        most,
        (start, count) ->
            piece(
                objective, batch, first + start, count, whole, stepRng.at((first + start) / most)),
        piece -> {
          optimiser.addGradients(piece.gradients());
          observed.add(piece.observed());
          if (alone) {
            sums.add(piece);
          } else {
            sums.addRouting(piece.routing());
            shared.add(piece);
          }
        });
    objective.follow(alone ? observed.means() : shared.exchange(optimiser, sums, observed, stop));
  }

  /**
   * Samples per micro-batch of a training in several ranks: as in one, but no more than so that
   * each rank has one.
   *
   * @param batch samples of a step
   */
  public static int microBatch(AdaptedModel model, TrainRecipe recipe, int batch, int ranks) {
    Objective objective = Supervised.of(model, recipe.labelSmoothing(), FeatureSource.BACKBONE);
    int usual = Math.min(batch, microBatch(objective, recipe, batch));
    return recipe.microBatch() > 0 ? usual : Math.min(usual, (batch + ranks - 1) / ranks);
  }

  /**
   * Samples per micro-batch: larger where many elements are trained, since the gradients are summed
   * once per micro-batch.
   */
  private static int microBatch(Objective objective, TrainRecipe recipe, int batch) {
    if (recipe.microBatch() > 0) {
      return recipe.microBatch();
    }
    Backbone backbone = objective.backbone();
    boolean isLarge =
        LARGE_FRACTION * objective.trainable().elements() > backbone.tensors().elements();
    return isLarge ? Pieces.sizeOfLargeGradients(backbone, batch) : Pieces.size(backbone, batch);
  }

  /**
   * One micro-batch: its loss is weighted by its share of the batch's weight, auxiliary losses by
   * its share of the samples.
   */
  private Piece piece(
      Objective objective, Batch<?> batch, int start, int count, double whole, Rng pieceRng) {
    RoutingStatistics routing = new RoutingStatistics();
    Pass plain = Pass.training(pieceRng, recipe.dropPath(), routing);
    Pass pass = recipe.checkpointing() ? plain.checkpointing() : plain;
    try (Scope scope = Scope.open()) {
      Objective.Outcome outcome = objective.outcome(batch, start, count, pass);
      Tensor loss = outcome.loss();
      double samples = whole == 0 ? 0 : outcome.weight() * (batch.size() / whole);
      Tensor weighed = Tensors.scaled(loss, samples / count);
      Tensor total = pass.auxiliaryLoss().map(weighed::add).orElse(weighed);
      Tensor share = Tensors.scaled(total, (double) count / batch.size());
      List<Tensor> gradients = optimiser.gradientsOf(share, pass);
      double balance = pass.loss("balance").map(Tensor::item_double).orElse(Double.NaN);
      return new Piece(
          gradients,
          loss.item_double() * samples,
          balance,
          count,
          outcome.hits().get(),
          pass.statistics(),
          routing);
    }
  }

  /**
   * The results of one micro-batch.
   *
   * @param gradients its part of the batch's gradients
   * @param loss its mean loss times its share of the batch's weight times the batch's number of
   *     samples
   * @param balance mean balance loss
   * @param hits its correct decisions
   * @param observed its batch statistics
   * @param routing of its tokens
   */
  record Piece(
      List<Tensor> gradients,
      double loss,
      double balance,
      int samples,
      Hits hits,
      Map<String, Pass.Observed> observed,
      RoutingStatistics routing) {}

  /** {@code average ← decay · average + (1 - decay) · value}. */
  static void follow(Tensor average, Tensor value, double decay) {
    average.lerp_(value, new Scalar(1 - decay));
  }

  /**
   * A step that diverges is visible in the loss only at the next step; its weights must not be
   * saved.
   */
  public void requireFinite(int epoch, EpochSums sums) {
    try (Scope scope = Scope.withoutGradients()) {
      if (!Double.isFinite(optimiser.theta().norm().item_double())) {
        throw new DivergedException(epoch, sums.steps() - 1, sums.lr());
      }
    }
  }

  /**
   * Everything that must be the same for a checkpoint to be resumed: method, backbone, classes,
   * seed, and the names and shapes of the trainable tensors.
   */
  String identity() {
    return identity(objective.description());
  }

  /** Whether a checkpoint with this identity, perhaps of an earlier version, was made for this. */
  boolean isIdentity(String stored) {
    return stored.equals(identity())
        || objective.earlierDescriptions().stream().map(this::identity).anyMatch(stored::equals);
  }

  private String identity(String description) {
    StringBuilder text = new StringBuilder();
    text.append(description).append('\n').append(seed).append('\n');
    objective
        .trainable()
        .forEach((name, t) -> text.append(name).append(Tensors.shape(t.shape())).append('\n'));
    CRC32 sum = new CRC32();
    sum.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }

  /**
   * Runs {@code work} with the averaged weights in place of the trained ones, if there are any; for
   * evaluation and saving.
   */
  public void withAveraged(Runnable work) {
    if (average == null) {
      work.run();
      return;
    }
    Tensor theta = optimiser.theta();
    Tensor trained = theta.clone();
    try {
      theta.copy_(average);
      work.run();
    } finally {
      theta.copy_(trained);
      trained.close();
    }
  }

  /** Buffers, which training updates without a gradient. */
  NamedTensors buffers() {
    return objective.buffers();
  }

  public AdamW optimiser() {
    return optimiser;
  }

  @Nullable Tensor average() {
    return average;
  }

  @Override
  public void close() {
    optimiser.close();
    if (average != null) {
      average.close();
    }
  }
}
