package dev.adapterx.train;

import dev.adapterx.base.ConfigException;

/**
 * How a model is trained. The defaults are the protocol of the VTAB-1k literature (AdamW, 100
 * epochs, batches of 64, lr 1e-3, weight decay 1e-4, 10 warm-up epochs, no augmentation, drop-path
 * 0.1).
 *
 * @param epochs passes over the data
 * @param batch samples per optimiser step
 * @param microBatch samples computed at once; their gradients add up to the batch's. Small pieces
 *     stay in the processor's cache and need less memory; only batch statistics (the balance loss)
 *     see the difference. 0: 8 on a processor, 4 of a backbone of width 384 or more of which little
 *     is trained, the whole batch on a device of its own
 * @param checkpointing whether of every block only its input is remembered and the rest computed
 *     again on the way back (activation checkpointing): the same gradients but for rounding, far
 *     fewer activations in memory, a step takes a third to a half longer
 * @param dropLast whether a last batch that is not full is left out
 * @param lr peak learning rate
 * @param minLr floor of the cosine
 * @param warmupEpochs epochs of linear warm-up
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
 * @param keep checkpoints kept: that of the last epoch, and those before it
 * @param verifyFrozen whether the backbone's weights are hashed before and after the training
 */
public record TrainRecipe(
    int epochs,
    int batch,
    int microBatch,
    boolean checkpointing,
    boolean dropLast,
    double lr,
    double minLr,
    double warmupEpochs,
    double warmupLr,
    Schedule schedule,
    double weightDecay,
    double dropPath,
    double labelSmoothing,
    double clipNorm,
    double ema,
    int evalBatch,
    int testEvery,
    int keep,
    boolean verifyFrozen) {

  /** Far beyond sense, but what is computed from it is still a number in fp32. */
  private static final double MOST = 1e30;

  public TrainRecipe {
    atLeast("epochs", epochs, 1);
    atLeast("batch", batch, 1);
    atLeast("micro-batch", microBatch, 0);
    atLeast("eval-batch", evalBatch, 1);
    atLeast("test-every", testEvery, 0);
    atLeast("keep", keep, 1);
    check(lr > 0 && lr <= MOST, "lr", "a positive number up to 1e30", lr);
    check(minLr >= 0 && minLr <= lr, "min-lr", "from 0 to lr " + lr, minLr);
    check(warmupLr >= 0 && warmupLr <= lr, "warmup-lr", "from 0 to lr " + lr, warmupLr);
    check(
        warmupEpochs >= 0 && warmupEpochs < epochs,
        "warmup-epochs",
        "from 0 to less than epochs " + epochs,
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
        64,
        0,
        false,
        true,
        1e-3,
        1e-5,
        10,
        1e-6,
        Schedule.COSINE,
        1e-4,
        0.1,
        0,
        0,
        0,
        32,
        0,
        1,
        false);
  }

  /** Samples of a batch that are computed at once. */
  int piece(Objective objective) {
    return microBatch == 0 ? Batches.piece(objective, batch) : microBatch;
  }

  private static void atLeast(String key, int value, int least) {
    check(value >= least, key, "at least " + least, value);
  }

  private static void check(boolean holds, String key, String expected, Object found) {
    if (!holds) {
      throw new ConfigException(key + ": expected " + expected + ", found " + found);
    }
  }
}
