package dev.adapterx.train;

/**
 * What one epoch of training showed.
 *
 * @param loss mean of what was minimised without auxiliary losses, over the epoch's samples
 * @param balance mean balance loss of the routing; NaN without one
 * @param accuracy on the training batches as they came, in percent
 * @param lr of the last step
 * @param gradientNorm mean over the steps
 * @param samples trained on
 * @param seconds wall clock
 */
public record EpochResult(
    double loss, double balance, double accuracy, double lr, double gradientNorm, long samples, double seconds) {
  /** Throughput. */
  public double samplesPerSecond() {
    return samples / seconds;
  }
}
