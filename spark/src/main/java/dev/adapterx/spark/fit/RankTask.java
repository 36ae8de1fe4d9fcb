package dev.adapterx.spark.fit;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.OutOfMemoryException;
import dev.adapterx.spark.score.ExecutorCheck;
import dev.adapterx.spark.score.LibraryVersion;
import dev.adapterx.train.loop.DivergedException;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.Rendezvous;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RankedRun;
import dev.adapterx.train.run.RunLock;
import dev.adapterx.train.run.RunResult;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One rank of a training as a task of a barrier stage. What a user has to change is an answer, so
 * that Spark does not try it four times; a lost executor is a failure, and Spark starts all ranks
 * again, which go on from the last checkpoint.
 *
 * @param version of the library on the driver
 * @param recipe YAML
 * @param run folder that rank 0 writes
 * @param weights bytes of the backbone; 0: small or not known
 * @param seconds that ranks wait for each other
 */
public record RankTask(String version, String recipe, String run, long weights, long seconds)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(RankTask.class);
  private static final long POLL_MILLIS = 500;

  /**
   * What came of a rank.
   *
   * @param line of the result; empty in all ranks but 0
   * @param mistake empty where there is none
   * @param attempt of the stage, from 0
   */
  public record Outcome(int rank, String line, String mistake, int attempt)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** Trains the part of the task that runs in this thread. */
  public Outcome call() {
    BarrierTaskContext task = BarrierTaskContext.get();
    int rank = task.partitionId();
    int attempt = task.stageAttemptNumber();
    try {
      LibraryVersion.requireSame(version);
      ExecutorCheck.require(weights);
      return new Outcome(rank, trained(task, rank), "", attempt);
    } catch (ConfigException
        | DataException
        | CheckpointException
        | DivergedException
        | OutOfMemoryException e) {
      return new Outcome(rank, "", String.valueOf(e.getMessage()), attempt);
    }
  }

  private String trained(BarrierTaskContext task, int number) {
    int count = task.getTaskInfos().length;
    String host = task.getTaskInfos()[number].address().replaceFirst(":[0-9]+$", "");
    Rendezvous at = number == 0 && count > 1 ? Rendezvous.open(host, 0) : null;
    try {
      String said = task.allGather(at == null ? "" : host + ":" + at.port())[0];
      Duration timeout = Duration.ofSeconds(seconds);
      Rank rank =
          count == 1
              ? Rank.alone()
              : at != null
                  ? Rank.first(count, at, timeout)
                  : Rank.other(number, count, host(said), port(said), timeout);
      return run(rank.withThreads(task.cpus()).withVersion(version), task);
    } finally {
      if (at != null) {
        at.close();
      }
    }
  }

  private static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private String run(Rank rank, BarrierTaskContext task) {
    Path folder = Path.of(run);
    if (folder.getParent() == null || !Files.isDirectory(folder.getParent())) {
      throw new ConfigException(
          "workDir: the driver's "
              + folder.getParent()
              + " does not exist on this executor; name a folder that all machines share under one path");
    }
    if (rank.isFirst()) {
      await(folder, rank.timeout());
    }
    RunListener listener =
        new RunListener() {
          @Override
          public boolean wantsStop() {
            return task.isInterrupted();
          }

          @Override
          public void warned(String message) {
            LOG.warn("{}", message);
          }
        };
    Recipe read = Recipe.read(recipe, List.of(), "recipe");
    Optional<RunResult> result = RankedRun.startOrResume(read, folder, rank, listener);
    return result.map(RankTask::line).orElse("");
  }

  private static String line(RunResult result) {
    return result.line() == null ? "trained, measured on nothing" : result.line().text();
  }

  /** An earlier attempt on a machine that is still alive gives the folder up within seconds. */
  private static void await(Path folder, Duration timeout) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    long until = System.nanoTime() + timeout.toNanos();
    while (true) {
      try (RunLock lock = RunLock.tryTake(folder)) {
        if (lock != null) {
          return;
        }
      }
      if (System.nanoTime() > until) {
        return; // who holds it is said when it is asked for
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AdapterXException("Interrupted while waiting for the run folder", e);
      }
    }
  }
}
