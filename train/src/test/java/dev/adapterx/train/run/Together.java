package dev.adapterx.train.run;

import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.Rendezvous;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ranks as threads of one process, which is faster than as processes of their own. */
public final class Together {
  private static final int SECONDS = 120;
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  private Together() {}

  /** One rank's outcome. */
  public record Outcome(Optional<RunResult> result, @Nullable Throwable failure) {
    public String message() {
      return failure == null ? "none" : String.valueOf(failure.getMessage());
    }
  }

  /** Runs all ranks; gives their outcomes by rank. */
  public static List<Outcome> ranks(int count, Function<Rank, Optional<RunResult>> part) {
    List<Rank> ranks = new ArrayList<>();
    Rendezvous at = Rendezvous.open("127.0.0.1", 0);
    ranks.add(Rank.first(count, at, TIMEOUT).withThreads(1));
    for (int i = 1; i < count; i++) {
      ranks.add(Rank.other(i, count, "127.0.0.1", at.port(), TIMEOUT).withThreads(1));
    }
    return all(ranks, part);
  }

  static List<Outcome> all(List<Rank> ranks, Function<Rank, Optional<RunResult>> part) {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<Optional<RunResult>>> started =
          ranks.stream().map(rank -> threads.submit(() -> part.apply(rank))).toList();
      return started.stream().map(Together::outcome).toList();
    } finally {
      threads.shutdown();
    }
  }

  private static Outcome outcome(Future<Optional<RunResult>> future) {
    try {
      return new Outcome(future.get(SECONDS, TimeUnit.SECONDS), null);
    } catch (ExecutionException e) {
      return new Outcome(Optional.empty(), e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      throw new AssertionError("a rank hangs", e);
    }
  }

  /** Trains by a recipe in one folder. */
  public static List<Outcome> train(int count, Recipe recipe, Path folder) {
    return ranks(count, rank -> RankedRun.startOrResume(recipe, folder, rank, RunListener.NONE));
  }
}
