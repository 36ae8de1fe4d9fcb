package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How a model is trained. The defaults are the protocol of the VTAB-1k literature (AdamW, 100
 * epochs, batches of 64 of its 1000 images, lr 1e-3, weight decay 1e-4, 10 warm-up epochs, no
 * augmentation, drop-path 0.1), and what is left out follows the data: batches are smaller where
 * there are fewer samples, warm-up is a tenth of the epochs however many there are.
 *
 * @param epochs passes over the data
 * @param batch samples per optimiser step; 0: a sixteenth of the training samples, as the nearest
 *     power of two from 8 to 64
 * @param microBatch samples computed at once; their gradients add up to the batch's. Small pieces
 *     stay in the processor's cache and need less memory; only batch statistics (the balance loss)
 *     see the difference. 0: 8 on a processor, 4 of a backbone of width 384 or more of which little
 *     is trained (of pictures of more than 320 pixels half as many, of more than 452 a quarter, and
 *     so on, but not below 2), the whole batch on a device of its own
 * @param checkpointing whether of every block only its input is remembered and the rest computed
 *     again on the way back (activation checkpointing): the same gradients but for rounding, far
 *     fewer activations in memory, a step takes a third to a half longer
 * @param dropLast whether a last batch that is not full is left out; absent: only where that loses
 *     no more than a tenth of the samples
 * @param lr peak learning rate
 * @param minLr floor of the cosine
 * @param warmup share of the epochs that warm up linearly
 * @param warmupEpochs instead of {@code warmup}: a number of epochs, where there are more than
 *     these
 * @param warmupLr where warm-up starts
 * @param schedule of the learning rate
 * @param weightDecay decoupled; never on vectors, tokens, expert embeddings
 * @param dropPath stochastic depth of the last block, linearly less before
 * @param labelSmoothing share of the target spread over all classes
 * @param clipNorm largest length of the whole gradient; 0: not clipped
 * @param ema decay of an exponential moving average of the weights, which is then evaluated and
 *     saved; 0: none
 * @param evalBatch samples per evaluation batch
 * @param testEvery epochs between evaluations on the test split while training; 0: only after the
 *     last
 * @param patience epochs without a better one on the validation split or the held-out part after
 *     which the training ends; 0: it never does
 * @param timeLimit minutes of training after which it ends, is measured and reported; 0: no limit
 * @param keep checkpoints kept: that of the last epoch, and those before it
 * @param verifyFrozen whether the backbone's weights are hashed before and after the training
 */
public record TrainRecipe(
    int epochs,
    int batch,
    int microBatch,
    boolean checkpointing,
    @Nullable Boolean dropLast,
    double lr,
    double minLr,
    double warmup,
    @Nullable Double warmupEpochs,
    double warmupLr,
    Schedule schedule,
    double weightDecay,
    double dropPath,
    double labelSmoothing,
    double clipNorm,
    double ema,
    int evalBatch,
    int testEvery,
    int patience,
    double timeLimit,
    int keep,
    boolean verifyFrozen) {

  /** Far beyond sense, but what is computed from it is still a number in fp32. */
  private static final double MOST = 1e30;

  private static final int SMALLEST_BATCH = 8;
  private static final int LARGEST_BATCH = 64;

  /** Steps of an epoch that a batch size made from the number of samples aims at. */
  private static final double STEPS = 16;

  public TrainRecipe {
    atLeast("epochs", epochs, 1);
    atLeast("batch", batch, 0);
    atLeast("micro-batch", microBatch, 0);
    atLeast("eval-batch", evalBatch, 1);
    atLeast("test-every", testEvery, 0);
    atLeast("patience", patience, 0);
    check(
        timeLimit >= 0 && Double.isFinite(timeLimit),
        "time-limit",
        "minutes, not negative",
        timeLimit);
    atLeast("keep", keep, 1);
    check(lr > 0 && lr <= MOST, "lr", "a positive number up to 1e30", lr);
    check(minLr >= 0 && minLr <= lr, "min-lr", "from 0 to lr " + lr, minLr);
    check(warmupLr >= 0 && warmupLr <= lr, "warmup-lr", "from 0 to lr " + lr, warmupLr);
    check(warmup >= 0 && warmup < 1, "warmup", "a share in [0, 1)", warmup);
    check(
        warmupEpochs == null || (warmupEpochs >= 0 && Double.isFinite(warmupEpochs)),
        "warmup-epochs",
        "a number of 0 or more",
        warmupEpochs);
    check(weightDecay >= 0 && weightDecay <= 1e6, "weight-decay", "from 0 to 1e6", weightDecay);
    check(dropPath >= 0 && dropPath < 1, "drop-path", "in [0, 1)", dropPath);
    check(
        labelSmoothing >= 0 && labelSmoothing < 1, "label-smoothing", "in [0, 1)", labelSmoothing);
    check(clipNorm >= 0 && clipNorm < Double.MAX_VALUE, "clip-norm", "not negative", clipNorm);
    check(ema >= 0 && ema < 1, "ema", "in [0, 1)", ema);
  }

  /** The protocol of the literature. */
  public static TrainRecipe defaults() {
    return new TrainRecipe(
        100,
        0,
        0,
        false,
        null,
        1e-3,
        1e-5,
        0.1,
        null,
        1e-6,
        Schedule.COSINE,
        1e-4,
        0.1,
        0,
        0,
        0,
        32,
        0,
        0,
        0,
        1,
        false);
  }

  /** Samples per optimiser step of a training split of that many. */
  public int batchOf(int samples) {
    if (batch > 0) {
      return batch;
    }
    double power = Math.log(Math.max(1, samples) / STEPS) / Math.log(2);
    int nearest = 1 << (int) Math.max(0, Math.min(30, Math.round(power)));
    return Math.max(SMALLEST_BATCH, Math.min(LARGEST_BATCH, nearest));
  }

  /** Whether a last batch that is not full is left out, of a training split of that many. */
  public boolean dropsLast(int samples) {
    int size = batchOf(samples);
    boolean wanted = dropLast == null ? 10L * (samples % size) <= samples : dropLast;
    return wanted && samples >= size;
  }

  /** Epochs of linear warm-up. */
  public double warmingUp() {
    return warmupEpochs != null && fits(warmupEpochs) ? warmupEpochs : warmup * epochs;
  }

  /** Whether {@code warmup-epochs} is more than there are, so that {@code warmup} counts. */
  public boolean isWarmupTooLong() {
    return warmupEpochs != null && !fits(warmupEpochs);
  }

  private boolean fits(double given) {
    return given < epochs;
  }

  private static void atLeast(String key, int value, int least) {
    check(value >= least, key, "at least " + least, value);
  }

  private static void check(boolean holds, String key, String expected, @Nullable Object found) {
    if (!holds) {
      throw new ConfigException(key + ": expected " + expected + ", found " + found);
    }
  }
}
