package dev.adapterx.data;

/**
 * A rank's share of every batch: whole pieces, the micro-batches, in a row. Ranks differ by one
 * piece at most; of a last batch with fewer pieces than ranks, some have none.
 *
 * @param rank from 0
 * @param ranks of all
 * @param piece samples of a piece; the last of a batch may have fewer
 */
public record Share(int rank, int ranks, int piece) {
  /** Everything. */
  public static final Share ALL = new Share(0, 1, 1);

  public Share {
    if (ranks < 1 || rank < 0 || rank >= ranks || piece < 1) {
      throw new IllegalArgumentException("rank " + rank + " of " + ranks + ", pieces of " + piece);
    }
  }

  /** Whether it is everything. */
  public boolean isAll() {
    return ranks == 1;
  }

  /** The first piece of a batch of that many samples. */
  public int firstPiece(int samples) {
    return border(samples, rank);
  }

  /** The piece behind the last. */
  public int endPiece(int samples) {
    return border(samples, rank + 1);
  }

  /** The first sample of a batch of that many. */
  public int first(int samples) {
    return firstPiece(samples) * piece;
  }

  /** The sample behind the last. */
  public int end(int samples) {
    return Math.min(samples, endPiece(samples) * piece);
  }

  private int border(int samples, int of) {
    long pieces = ((long) samples + piece - 1) / piece;
    return (int) (pieces * of / ranks);
  }
}
