package dev.adapterx.train;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
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
  private final Rng rng;
  private final AdamW optimiser;
  private final @Nullable Tensor average;
  private final Workers workers;

  /** Prepares the model's trainable tensors; the trainer owns their storage from now on. */
  public Trainer(AdaptedModel model, TrainRecipe recipe, long seed, Workers workers) {
    this.workers = workers;
    this.model = model;
    this.recipe = recipe;
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
    long started = System.nanoTime();
    EpochSums sums = new EpochSums();
    int step = 0;
    double lr = 0;
    for (Batch batch : batches) {
      lr = recipe.schedule().rate(recipe, epoch, step, steps);
      double before = sums.loss();
      optimiser.zeroGradients();
      accumulate(batch, sums);
      double norm = optimiser.gradientNorm();
      if (!Double.isFinite(sums.loss()) || !Double.isFinite(norm)) {
        throw new DivergedException(epoch, step, lr);
      }
      if (recipe.clipNorm() > 0) {
        optimiser.clip(recipe.clipNorm(), norm);
      }
      optimiser.step(lr);
      if (average != null) {
        average.lerp_(optimiser.theta(), new Scalar(1 - recipe.ema()));
      }
      sums.addNorm(norm);
      step++;
      listener.stepped(step, steps, (sums.loss() - before) / batch.size());
    }
    return sums.result(lr, step, (System.nanoTime() - started) / 1e9);
  }

  /** Gradient of the mean loss of a batch, piece by piece, pieces side by side, summed in order. */
  private void accumulate(Batch batch, EpochSums sums) {
    Rng stepRng = rng.at(optimiser.steps());
    int pieces = (batch.size() + recipe.microBatch() - 1) / recipe.microBatch();
    workers.inOrder(
        pieces,
        i -> {
          int start = i * recipe.microBatch();
          int count = Math.min(recipe.microBatch(), batch.size() - start);
          return piece(batch, start, count, Pass.training(stepRng.at(i), recipe.dropPath()));
        },
        piece -> {
          optimiser.addGradient(piece.gradient());
          piece.gradient().close();
          sums.add(piece);
        });
  }

  private Piece piece(Batch batch, int start, int count, Pass pass) {
    try (Scope scope = Scope.open()) {
      Tensor logits = model.logits(Batches.pixels(batch, start, count), pass);
      Tensor target = Batches.targets(batch, start, count, model.task().labels().size());
      Tensor loss =
          torch.cross_entropy_loss(
              logits, target, Tensors.optional(null), MEAN, -100, recipe.labelSmoothing());
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
