package dev.adapterx.train;

import dev.adapterx.data.Batch;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Tensors;
import java.util.Optional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/** Running sums of one epoch, added to after every piece of a batch. */
final class EpochSums {
  private double loss;
  private double balance;
  private double norms;
  private long correct;
  private long samples;
  private long pieces;

  /** A piece: its mean loss, its logits (count, C). */
  void add(Batch batch, int start, int count, Tensor pieceLoss, Tensor logits, Pass pass) {
    loss += pieceLoss.item_double() * count;
    Optional<Tensor> balanced = pass.loss("balance");
    balance += balanced.isPresent() ? balanced.get().item_double() : Double.NaN;
    long[] predicted = Tensors.longs(logits.argmax(new LongOptional(1), false));
    for (int i = 0; i < count; i++) {
      correct += predicted[i] == batch.labels()[start + i] ? 1 : 0;
    }
    samples += count;
    pieces++;
  }

  /** An optimiser step's gradient norm. */
  void addNorm(double norm) {
    norms += norm;
  }

  /** Sum of the losses so far. */
  double loss() {
    return loss;
  }

  EpochResult result(double lr, int steps, double seconds) {
    return new EpochResult(
        loss / samples,
        balance / pieces,
        100.0 * correct / samples,
        lr,
        norms / steps,
        samples,
        seconds);
  }
}
