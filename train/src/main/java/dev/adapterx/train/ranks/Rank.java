package dev.adapterx.train.ranks;

import dev.adapterx.base.ConfigException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Which of the processes of a training this one is, and where they meet. Any launcher can start
 * them: rank 0 opens the {@link Rendezvous}, the others are told its address.
 *
 * <pre>{@code
 * Rendezvous at = Rendezvous.open(host, 0);             // in rank 0; tell the others host, at.port()
 * Rank first = Rank.first(count, at, Rank.TIMEOUT);
 * Rank other = Rank.other(rank, count, host, port, Rank.TIMEOUT);   // in ranks 1 to count - 1
 * }</pre>
 */
public final class Rank {
  /** How long ranks wait for each other by default. */
  public static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final int rank;
  private final int count;
  private final String host;
  private final int port;
  private final Duration timeout;
  private final @Nullable Rendezvous rendezvous;
  private final int threads;
  private final String version;
  private final AtomicBoolean met;

  private Rank(
      int rank,
      int count,
      String host,
      int port,
      Duration timeout,
      @Nullable Rendezvous rendezvous,
      int threads,
      String version,
      AtomicBoolean met) {
    if (count < 1 || rank < 0 || rank >= count) {
      throw new ConfigException(
          "--rank: expected 0 to %d, as there are --ranks %d, found %d"
              .formatted(Math.max(0, count - 1), count, rank));
    }
    if (timeout.toMillis() < 1000) {
      throw new ConfigException(
          "--rank-timeout: expected at least 1 second, found " + timeout.toMillis() + " ms");
    }
    this.rank = rank;
    this.count = count;
    this.host = host;
    this.port = port;
    this.timeout = timeout;
    this.rendezvous = rendezvous;
    this.threads = threads;
    this.version = version;
    this.met = met;
  }

  /** A training in one process. */
  public static Rank alone() {
    return new Rank(0, 1, "", 0, TIMEOUT, null, 0, "unknown", new AtomicBoolean());
  }

  /**
   * Rank 0, which writes the run folder.
   *
   * @param count of all ranks
   * @param at closed with the training
   * @param timeout how long it waits for the others to come, and how long one may be silent
   */
  public static Rank first(int count, Rendezvous at, Duration timeout) {
    return new Rank(0, count, at.host(), at.port(), timeout, at, 0, "unknown", new AtomicBoolean());
  }

  /**
   * A rank that computes its share and writes nothing.
   *
   * @param rank 1 to {@code count} - 1
   * @param count of all ranks
   * @param host of rank 0
   * @param port of rank 0's rendezvous
   * @param timeout how long it looks for rank 0, and how long that may be silent
   */
  public static Rank other(int rank, int count, String host, int port, Duration timeout) {
    if (rank == 0) {
      throw new ConfigException("Rank 0 opens the rendezvous: Rank.first, not Rank.other");
    }
    return new Rank(rank, count, host, port, timeout, null, 0, "unknown", new AtomicBoolean());
  }

  /** The same rank, computing on that many threads; 0: on as many as libtorch has. */
  public Rank withThreads(int number) {
    return new Rank(rank, count, host, port, timeout, rendezvous, number, version, met);
  }

  /** The same rank, of a version of the library, which must be the same in all. */
  public Rank withVersion(String text) {
    return new Rank(rank, count, host, port, timeout, rendezvous, threads, text, met);
  }

  /** Of the library, as the launcher named it. */
  public String version() {
    return version;
  }

  /** Threads it computes on; 0: as many as libtorch has. */
  public int threads() {
    return threads;
  }

  /** Its number, from 0. */
  public int rank() {
    return rank;
  }

  /** Number of all ranks. */
  public int count() {
    return count;
  }

  /** Of rank 0. */
  public String host() {
    return host;
  }

  /** Of rank 0's rendezvous. */
  public int port() {
    return port;
  }

  /** How long it waits for others. */
  public Duration timeout() {
    return timeout;
  }

  /** Whether it is rank 0, which alone writes. */
  public boolean isFirst() {
    return rank == 0;
  }

  /** Whether there are no others. */
  public boolean isAlone() {
    return count == 1;
  }

  /** Remembers that it tried to meet the others; whether that was the first time. */
  boolean meets() {
    return met.compareAndSet(false, true);
  }

  /** In rank 0 of several: what it opened. */
  @Nullable Rendezvous rendezvous() {
    return rendezvous;
  }

  @Override
  public String toString() {
    return "rank " + rank + " of " + count;
  }
}
