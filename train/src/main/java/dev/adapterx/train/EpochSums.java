package dev.adapterx.train;

/** Running sums of one epoch, added to after every piece of a batch. */
final class EpochSums {
  private final RoutingStatistics routing = new RoutingStatistics();
  private double loss;
  private double balance;
  private double norms;
  private long correct;
  private long samples;
  private long pieces;

  /** A piece of a batch. */
  void add(Trainer.Piece piece) {
    loss += piece.loss() * piece.samples();
    balance += piece.balance();
    correct += piece.correct();
    samples += piece.samples();
    pieces++;
    routing.add(piece.routing());
  }

  /** An optimiser step's gradient norm. */
  void addNorm(double norm) {
    norms += norm;
  }

  /** Sum of the losses so far. */
  double loss() {
    return loss;
  }

  EpochResult result(double lr, int steps, double seconds, double waited) {
    return new EpochResult(
        loss / samples,
        balance / pieces,
        correct < 0 ? Double.NaN : 100.0 * correct / samples,
        lr,
        norms / steps,
        samples,
        seconds,
        waited,
        routing.blocks());
  }
}
