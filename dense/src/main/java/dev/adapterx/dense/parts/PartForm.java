package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a head that labels points looks like.
 *
 * @param kind which of the two
 * @param taps the blocks whose groups are read, from 0 and rising; empty: three, evenly spaced, the
 *     last one among them (Point-MAE's 3, 7 and 11 of twelve)
 * @param width W, of the {@code points} head; the other has Point-MAE's own widths
 * @param dropout share of values dropped before the last layers while training
 */
public record PartForm(Kind kind, List<Integer> taps, int width, double dropout) {
  /** The heads. */
  public enum Kind {
    /** Groups are projected before they are spread over the points. */
    POINTS,
    /** Point-MAE's own, whose published files load. */
    POINT_MAE;

    @Override
    public String toString() {
      return this == POINTS ? "points" : "point-mae";
    }
  }

  private static final int TAPS = 3;
  private static final int WIDTH = 128;

  public PartForm {
    taps = List.copyOf(taps);
    for (int i = 0; i < taps.size(); i++) {
      if (taps.get(i) < (i == 0 ? 0 : taps.get(i - 1) + 1)) {
        throw new ConfigException(
            "head.taps: expected block numbers from 0, each larger than the one before, found "
                + taps);
      }
    }
    if (width < 1) {
      throw new ConfigException("head.width: expected a number of channels, found " + width);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new ConfigException("head.dropout: expected a share in [0, 1), found " + dropout);
    }
  }

  /** The lean head: three taps, width 128, half dropped. */
  public static PartForm defaults() {
    return of(Kind.POINTS);
  }

  /** A head with the usual numbers. */
  public static PartForm of(Kind kind) {
    return new PartForm(kind, List.of(), WIDTH, 0.5);
  }

  /** The blocks read of a backbone with that many. */
  List<Integer> taps(int blocks) {
    if (taps.stream().anyMatch(block -> block >= blocks)) {
      throw new ConfigException(
          "head.taps: expected block numbers from 0 to %d, found %s".formatted(blocks - 1, taps));
    }
    return taps.isEmpty()
        ? IntStream.rangeClosed(1, TAPS)
            .map(i -> i * blocks / TAPS - 1)
            .filter(i -> i >= 0)
            .distinct()
            .boxed()
            .toList()
        : taps;
  }

  /**
   * Trainable parameters. With k·D channels read, {@code points}: {@code kDW + 3W + (W + 3)W + 3W +
   * (2W + c)W + WC + C}.
   *
   * @param d D, the backbone's width
   * @param layers k, how many layers are read
   * @param classes C
   * @param categories c, how many categories the head is told apart by; 0: it is not told any
   */
  public long parameters(int d, int layers, int classes, int categories) {
    long in = (long) layers * d;
    if (kind == Kind.POINTS) {
      long w = width;
      long local = in * w + 3 * w + (w + 3) * w + 3 * w;
      return local + (2 * w + categories) * w + w * classes + classes;
    }
    long first = PointMaeHead.first(d);
    long propagation = normed(in + 3, first) + normed(first, PointMaeHead.SECOND);
    long label = categories == 0 ? 0 : (categories + 2L) * PointMaeHead.LABEL;
    long global = PointMaeHead.SECOND + 2 * in + (categories == 0 ? 0 : PointMaeHead.LABEL);
    return propagation
        + label
        + normed(global, PointMaeHead.THIRD)
        + normed(PointMaeHead.THIRD, PointMaeHead.FOURTH)
        + (PointMaeHead.FOURTH + 1L) * classes;
  }

  /** A layer with bias and batch norm. */
  private static long normed(long in, long out) {
    return (in + 3) * out;
  }
}
