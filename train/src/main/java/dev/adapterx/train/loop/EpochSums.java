package dev.adapterx.train.loop;

import dev.adapterx.task.Hits;
import dev.adapterx.train.routing.RoutingStatistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Running sums of one epoch, updated after every micro-batch; also the position within the epoch.
 * Its state can be stored as numbers and resumed from.
 */
public final class EpochSums {
  /** The start of an epoch. */
  public static final State NONE = new State(0, 0, 0, 0, 0L, 0, 0, 0, 0, -1, 0, 0, 0, List.of());

  /**
   * The state that a checkpoint within an epoch stores.
   *
   * @param correct number of correct decisions
   * @param decided number of decisions; absent in files of earlier versions, where every sample was
   *     one, or none was and {@code correct} is negative
   * @param steps optimiser steps done in this epoch
   * @param planned steps of the whole epoch
   * @param last index of the last sample used; -1: none
   * @param lr of the last step
   * @param seconds wall clock so far
   * @param waited seconds of these spent waiting for a batch
   */
  public record State(
      double loss,
      double balance,
      double norms,
      long correct,
      @Nullable Long decided,
      long samples,
      long pieces,
      int steps,
      int planned,
      int last,
      double lr,
      double seconds,
      double waited,
      List<RoutingStatistics.Place> routing) {
    /** The same without routing: for a rank other than 0, which adds its own. */
    public State withoutRouting() {
      return new State(
          loss, balance, norms, correct, decided, samples, pieces, steps, planned, last, lr,
          seconds, waited, List.of());
    }

    Hits hits() {
      if (decided != null) {
        return new Hits(correct, decided);
      }
      return correct < 0 ? Hits.NONE : new Hits(correct, samples);
    }
  }

  private final RoutingStatistics routing;
  private double loss;
  private double balance;
  private double norms;
  private Hits hits;
  private long samples;
  private long pieces;
  private int steps;
  private int last;
  private double lr;
  private double seconds;
  private double waited;

  public EpochSums() {
    this(NONE);
  }

  public EpochSums(State from) {
    this.routing = RoutingStatistics.of(from.routing);
    this.loss = from.loss;
    this.balance = from.balance;
    this.norms = from.norms;
    this.hits = from.hits();
    this.samples = from.samples;
    this.pieces = from.pieces;
    this.steps = from.steps;
    this.last = from.last;
    this.lr = from.lr;
    this.seconds = from.seconds;
    this.waited = from.waited;
  }

  /**
   * The state as numbers.
   *
   * @param planned steps of the whole epoch
   */
  public State state(int planned) {
    return new State(
        loss,
        balance,
        norms,
        hits.right(),
        hits.of(),
        samples,
        pieces,
        steps,
        planned,
        last,
        lr,
        seconds,
        waited,
        routing.places());
  }

  /** Adds a micro-batch. */
  void add(Trainer.Piece piece) {
    loss += piece.loss();
    balance += piece.balance();
    hits = hits.plus(piece.hits());
    samples += piece.samples();
    pieces++;
    routing.add(piece.routing());
  }

  /** Adds a step's sums over all ranks; routing is added apart. */
  void add(double loss, double balance, Hits hits, long samples, long pieces) {
    this.loss += loss;
    this.balance += balance;
    this.hits = this.hits.plus(hits);
    this.samples += samples;
    this.pieces += pieces;
  }

  /** Adds routing that was counted elsewhere. */
  void addRouting(RoutingStatistics other) {
    routing.add(other);
  }

  /** See the other. */
  void addRouting(List<RoutingStatistics.Place> other) {
    addRouting(RoutingStatistics.of(other));
  }

  /** What was counted of the routing. */
  List<RoutingStatistics.Place> routing() {
    return routing.places();
  }

  /** Adds an optimiser step: its gradient's norm, its learning rate, its batch's last sample. */
  void stepped(double norm, double lr, int last) {
    norms += norm;
    this.lr = lr;
    this.last = last;
    steps++;
  }

  /** Adds elapsed wall clock time, and the part of it spent waiting for a batch. */
  void passed(double seconds, double waited) {
    this.seconds += seconds;
    this.waited += waited;
  }

  /** Sum of the losses so far. */
  double loss() {
    return loss;
  }

  /** Optimiser steps done in this epoch. */
  public int steps() {
    return steps;
  }

  /** Index of the last sample used; -1: none. */
  public int last() {
    return last;
  }

  /** Wall clock of the epoch so far. */
  public double seconds() {
    return seconds;
  }

  /** Learning rate of the last step. */
  double lr() {
    return lr;
  }

  /** The epoch's result, with the name of the share of correct decisions. */
  EpochResult result(String hitsName) {
    return new EpochResult(
        loss / samples,
        balance / pieces,
        hitsName,
        hits.percent(),
        lr,
        norms / steps,
        samples,
        seconds,
        waited,
        routing.blocks());
  }
}
