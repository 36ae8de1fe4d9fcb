package dev.adapterx.train;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Trains an adapted model on batches. Everything random is named by (seed, step, micro-batch,
 * place), so a trainer that is given the state of another after n steps goes on to the same bytes.
 */
public final class Trainer implements AutoCloseable {
  /** Hears of every optimiser step. */
  @FunctionalInterface
  public interface StepListener {
    void stepped(int step, int steps, double loss);
  }

  private static final long MEAN = torch.Reduction.Mean.value;

  private final AdaptedModel model;
  private final TrainRecipe recipe;
  private final long seed;
  private final Rng rng;
  private final AdamW optimiser;
  private final @Nullable Tensor average;
  private final Workers workers;

  /** Prepares the model's trainable tensors; the trainer owns their storage from now on. */
  public Trainer(AdaptedModel model, TrainRecipe recipe, long seed, Workers workers) {
    this.workers = workers;
    this.model = model;
    this.recipe = recipe;
    this.seed = seed;
    this.rng = Rng.of(seed, "train");
    this.optimiser = new AdamW(model.trainable(), model.undecayed(), recipe.weightDecay());
    this.average = recipe.ema() > 0 ? optimiser.theta().clone() : null;
  }

  /**
   * One pass over the batches.
   *
   * @param steps how many batches there are
   * @throws DivergedException when the loss is not finite; the weights are then useless, the last
   *     checkpoint is not
   */
  public EpochResult train(int epoch, Iterable<Batch> batches, int steps, StepListener listener) {
    return train(epoch, batches, steps, FeatureSource.WALKING, listener);
  }

  EpochResult train(
      int epoch, Iterable<Batch> batches, int steps, FeatureSource source, StepListener listener) {
    long started = System.nanoTime();
    EpochSums sums = new EpochSums();
    int step = 0;
    double lr = 0;
    for (Batch batch : batches) {
      lr = recipe.schedule().rate(recipe, epoch, step, steps);
      double before = sums.loss();
      optimiser.zeroGradients();
      accumulate(batch, source, sums);
      double norm = optimiser.gradientNorm();
      if (!Double.isFinite(sums.loss()) || !Double.isFinite(norm)) {
        throw new DivergedException(epoch, step, lr);
      }
      if (recipe.clipNorm() > 0) {
        optimiser.clip(recipe.clipNorm(), norm);
      }
      optimiser.step(lr);
      if (average != null) {
        follow(average, optimiser.theta(), recipe.ema());
      }
      sums.addNorm(norm);
      step++;
      listener.stepped(step, steps, (sums.loss() - before) / batch.size());
    }
    requireFinite(epoch, step, lr);
    return sums.result(lr, step, (System.nanoTime() - started) / 1e9);
  }

  /** Gradient of the mean loss of a batch, piece by piece, pieces side by side, summed in order. */
  private void accumulate(Batch batch, FeatureSource source, EpochSums sums) {
    Rng stepRng = rng.at(optimiser.steps());
    int pieces = (batch.size() + recipe.microBatch() - 1) / recipe.microBatch();
    workers.inOrder(
        pieces,
        i -> {
          int start = i * recipe.microBatch();
          int count = Math.min(recipe.microBatch(), batch.size() - start);
          return piece(batch, source, start, count, pass(stepRng.at(i)));
        },
        piece -> {
          optimiser.addGradient(piece.gradient());
          piece.gradient().close();
          sums.add(piece);
        });
  }

  private Piece piece(Batch batch, FeatureSource source, int start, int count, Pass pass) {
    try (Scope scope = Scope.open()) {
      Tensor logits = model.logitsOf(source.features(model, batch, start, count, pass));
      Tensor target = Batches.targets(batch, start, count, model.task().labels().size());
      Tensor loss = crossEntropy(logits, target, recipe.labelSmoothing());
      Tensor total = pass.auxiliaryLoss().map(loss::add).orElse(loss);
      Tensor gradient = optimiser.gradientOf(Tensors.scaled(total, (double) count / batch.size()));
      double balance = pass.loss("balance").map(Tensor::item_double).orElse(Double.NaN);
      long[] predicted = Tensors.longs(logits.argmax(new LongOptional(1), false));
      int correct = Batches.correct(batch, start, predicted);
      return new Piece(scope.keep(gradient), loss.item_double(), balance, count, correct);
    }
  }

  /**
   * What one piece of a batch gave: its share of the gradient, its mean losses, how many of its
   * samples were right.
   */
  record Piece(Tensor gradient, double loss, double balance, int samples, int correct) {}

  /** Features that nothing trains are those of evaluation: noise in them would teach no one. */
  private Pass pass(Rng places) {
    return model.hasFixedFeatures() ? Pass.evaluation() : Pass.training(places, recipe.dropPath());
  }

  /**
   * Mean cross-entropy of logits (B, C).
   *
   * @param target class indices (B), or soft targets (B, C)
   * @param smoothing share of the target that is spread over all classes
   */
  static Tensor crossEntropy(Tensor logits, Tensor target, double smoothing) {
    return torch.cross_entropy_loss(logits, target, Tensors.optional(null), MEAN, -100, smoothing);
  }

  /** {@code average ← decay · average + (1 - decay) · value}. */
  static void follow(Tensor average, Tensor value, double decay) {
    average.lerp_(value, new Scalar(1 - decay));
  }

  /** A step too far shows in no loss before the next; what it left must not be saved. */
  private void requireFinite(int epoch, int step, double lr) {
    try (Scope scope = Scope.withoutGradients()) {
      if (!Double.isFinite(optimiser.theta().norm().item_double())) {
        throw new DivergedException(epoch, step - 1, lr);
      }
    }
  }

  /**
   * What a checkpoint must have been made for: method, backbone, classes, seed, and the names and
   * shapes of what is trained.
   */
  String identity() {
    StringBuilder text = new StringBuilder();
    text.append(model.method()).append('\n').append(model.backbone().info().sha256()).append('\n');
    text.append(model.task()).append('\n').append(seed).append('\n');
    model
        .trainable()
        .forEach((name, t) -> text.append(name).append(Tensors.shape(t.shape())).append('\n'));
    CRC32 sum = new CRC32();
    sum.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }

  /**
   * With the averaged weights in place of the trained ones, if there are any; for evaluation and
   * saving.
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

  AdamW optimiser() {
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
