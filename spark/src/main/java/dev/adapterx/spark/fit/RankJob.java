package dev.adapterx.spark.fit;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.spark.fit.RankTask.Outcome;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * All ranks of a training as one barrier stage. A barrier stage that is the last of its job is not
 * tried again when an executor is lost; behind this one is a shuffle, so Spark itself starts all
 * ranks anew. Where even that fails, the whole job is submitted again. Every attempt goes on from
 * the last checkpoint, and a rank is its partition's number whatever machine it is on, so the
 * result is the same to the bit.
 */
public final class RankJob {
  private static final Logger LOG = LoggerFactory.getLogger(RankJob.class);

  /** Executors come one after the other when an application begins. */
  private static final long PATIENCE_MILLIS = 60_000;

  private static final long POLL_MILLIS = 500;

  private RankJob() {}

  private static final class Ranks extends AbstractFunction1<Iterator<Integer>, Iterator<Outcome>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final RankTask task;

    Ranks(RankTask task) {
      this.task = task;
    }

    @Override
    public Iterator<Outcome> apply(Iterator<Integer> numbers) {
      return scala.jdk.javaapi.CollectionConverters.asScala(List.of(task.call()).iterator());
    }
  }

  /**
   * Trains.
   *
   * @param ranks tasks that run at once
   * @param attempts how often the job is submitted at most
   * @return the line of the result
   * @throws ConfigException when the cluster has too few slots
   * @throws AdapterXException when a rank says what has to be changed, or executors are lost too
   *     often; what was trained so far stays in the folder
   */
  public static String run(SparkContext context, RankTask task, int ranks, int attempts) {
    requireSlots(context, ranks);
    SparkException last = null;
    for (int attempt = 1; attempt <= attempts; attempt++) {
      try {
        return line(outcomes(context, task, ranks));
      } catch (SparkFailure e) {
        last = e.cause;
        LOG.warn("Attempt {} of {} to train ended: {}", attempt, attempts, firstLine(last));
      }
    }
    throw new AdapterXException(
        "The training could not be finished in "
            + attempts
            + " attempts: "
            + firstLine(last)
            + ". What was trained is in "
            + task.run()
            + "; fit again with resume to go on",
        last);
  }

  /** Spark's own, which Java's compiler does not see coming from Scala. */
  private static final class SparkFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final transient SparkException cause;

    SparkFailure(SparkException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private static List<Outcome> outcomes(SparkContext context, RankTask task, int ranks)
      throws SparkFailure {
    ClassTag<Outcome> tag = ClassTag$.MODULE$.apply(Outcome.class);
    List<Integer> numbers = IntStream.range(0, ranks).boxed().toList();
    JavaRDD<Integer> partitions = new JavaSparkContext(context).parallelize(numbers, ranks);
    try {
      return new JavaRDD<>(
              partitions.rdd().barrier().mapPartitions(new Ranks(task), false, tag), tag)
          .repartition(1)
          .collect();
    } catch (Exception e) {
      if (e instanceof SparkException failure) {
        throw new SparkFailure(failure);
      }
      throw e;
    }
  }

  private static String line(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (!outcome.mistake().isEmpty()) {
        throw new AdapterXException("Rank " + outcome.rank() + ": " + outcome.mistake());
      }
    }
    return outcomes.stream()
        .filter(outcome -> outcome.rank() == 0)
        .map(Outcome::line)
        .findFirst()
        .orElseThrow();
  }

  private static void requireSlots(SparkContext context, int ranks) {
    ResourceProfile profile = context.resourceProfileManager().defaultResourceProfile();
    long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    int slots = context.maxNumConcurrentTasks(profile);
    while (slots < ranks && System.nanoTime() < until && !context.isLocal()) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AdapterXException("Interrupted while waiting for executors", e);
      }
      slots = context.maxNumConcurrentTasks(profile);
    }
    if (slots < ranks) {
      throw new ConfigException(
          "numTasks: %d ranks train at the same time, and the cluster has %d slots (executors x cores / spark.task.cpus); lower numTasks, or add executors"
              .formatted(ranks, slots));
    }
  }

  private static String firstLine(@Nullable Throwable failure) {
    return failure == null
        ? ""
        : String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
