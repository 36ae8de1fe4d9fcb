package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.Version;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.Rendezvous;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a training in several processes. */
public final class RankArguments {
  @Option(
      names = "--ranks",
      paramLabel = "N",
      description =
          "Train in N processes, each on its share of every batch; on this machine, unless --rank"
              + " says that a launcher starts them. See docs/scaling.md.")
  private @Nullable Integer ranks;

  private static final int EACH = 4;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description =
          "This process is rank R, 0 to N-1, of N that a launcher starts with the same arguments;"
              + " rank 0 writes, and goes on with a run in --out that was begun.")
  private @Nullable Integer rank;

  @Option(
      names = "--rendezvous",
      paramLabel = "HOST:PORT",
      description = "Where rank 0 waits for the others.")
  private @Nullable String rendezvous;

  @Option(
      names = "--rank-timeout",
      paramLabel = "SECONDS",
      description =
          "How long ranks wait for each other to come, and how long one may give no sign of life"
              + " (default: 120).")
  private @Nullable Integer timeout;

  /** Whether there is one process. */
  public boolean isAlone() {
    if (rank == null && rendezvous != null) {
      throw new ConfigException(
          "--rendezvous is for ranks that a launcher starts; give --rank and --ranks too");
    }
    if (timeout != null && ranks == null) {
      throw new ConfigException("--rank-timeout is for a training in several --ranks");
    }
    if (rank != null && (ranks == null || (ranks > 1 && rendezvous == null))) {
      throw new ConfigException(
          "--rank: expected --ranks N and --rendezvous HOST:PORT beside it; without --rank,"
              + " --ranks N starts all processes on this machine");
    }
    if (ranks != null && ranks < 1) {
      throw new ConfigException("--ranks: expected at least 1, found " + ranks);
    }
    return rank == null && count() == 1;
  }

  /** Whether a launcher starts the ranks, this one among them. */
  public boolean isLaunched() {
    return rank != null;
  }

  /** Number of ranks. */
  public int count() {
    return ranks == null ? 1 : ranks;
  }

  /**
   * Checks that this machine can be asked to start so many processes.
   *
   * @throws ConfigException when there are more than {@value #EACH} for each processor
   */
  public void requireHere() {
    int processors = Runtime.getRuntime().availableProcessors();
    if (count() > EACH * processors) {
      throw new ConfigException(
          "--ranks: each rank is a process, and this machine has %d processors; expected at most %d, found %d. Ranks of other machines are started by --rank and --rendezvous"
              .formatted(processors, EACH * processors, count()));
    }
  }

  /** How long ranks wait for each other. */
  public Duration timeout() {
    return timeout == null ? Rank.TIMEOUT : Duration.ofSeconds(timeout);
  }

  /** The rank that a launcher started this process as. */
  public Rank rank() {
    int number = rank == null ? 0 : rank;
    if (number < 0 || number >= count()) {
      throw new ConfigException(
          "--rank: expected 0 to %d, as there are --ranks %d, found %d"
              .formatted(count() - 1, count(), number));
    }
    if (count() == 1 || rendezvous == null) {
      return Rank.alone();
    }
    int colon = rendezvous.lastIndexOf(':');
    String host = rendezvous.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
    int port = port(rendezvous.substring(colon + 1));
    if (host.isEmpty() || port < 1) {
      throw new ConfigException(
          "--rendezvous: expected HOST:PORT with a port of 1 to 65535, found " + rendezvous);
    }
    return versioned(
        number == 0
            ? Rank.first(count(), Rendezvous.open(host, port, timeout()), timeout())
            : Rank.other(number, count(), host, port, timeout()));
  }

  /** A rank of this program's version. */
  public static Rank versioned(Rank rank) {
    return rank.withVersion(new Version().getVersion()[0]);
  }

  private static int port(String text) {
    return text.matches("\\d{1,5}") && Integer.parseInt(text) < 65536 ? Integer.parseInt(text) : 0;
  }
}
