package dev.adapterx.spark;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.spark.score.LibraryVersion;
import dev.adapterx.spark.study.SentStudy;
import dev.adapterx.spark.study.SentStudy.Mistake;
import dev.adapterx.spark.study.StudyWorker;
import dev.adapterx.train.study.Comparison;
import dev.adapterx.train.study.Outcome;
import dev.adapterx.train.study.Study;
import dev.adapterx.train.study.Trial;
import dev.adapterx.train.study.Tuning;
import dev.adapterx.train.study.TuningResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Studies whose runs are trained by the executors of a cluster. The folder of the study, the data
 * and the weights lie where all machines see them under one path. Tasks share the runs by a lock on
 * each, as processes of {@code adapterx compare} do; a task that is lost with its executor is
 * started again by Spark and resumes its run. Started again, a study goes on where it was.
 */
public final class SparkStudy {
  private SparkStudy() {}

  /**
   * Trains what is missing and gives all there is.
   *
   * @param tasks how many runs are trained at once; each takes the threads that {@code
   *     OMP_NUM_THREADS} grants an executor
   * @throws ConfigException before anything is trained, when a recipe makes no sense or a run of
   *     the folder was begun by another one
   */
  public static Comparison compare(SparkSession spark, Study study, int tasks) {
    study.found(); // refuses what makes no sense
    Map<String, String> mistakes = work(spark, SentStudy.of(study), study.folder(), tasks);
    Comparison found = study.found();
    List<Comparison.Cell> cells =
        found.cells().stream()
            .map(
                cell ->
                    new Comparison.Cell(
                        cell.task(),
                        cell.variant(),
                        cell.seed(),
                        explained(cell.outcome(), mistakes)))
            .toList();
    return new Comparison(found.tasks(), found.variants(), found.seeds(), cells, found.published());
  }

  /**
   * Searches for what is missing and gives all there is; writes the recipes found, as {@code
   * adapterx tune} does.
   *
   * @param tasks how many trials are trained at once
   * @throws ConfigException as {@link #compare}
   */
  public static TuningResult tune(SparkSession spark, Tuning tuning, int tasks) {
    tuning.found(); // refuses what makes no sense
    Map<String, String> mistakes = work(spark, SentStudy.of(tuning), tuning.folder(), tasks);
    TuningResult found = tuning.found();
    List<Trial> trials =
        found.trials().stream()
            .map(
                trial ->
                    new Trial(
                        trial.variant(),
                        trial.number(),
                        trial.settings(),
                        explained(trial.outcome(), mistakes)))
            .toList();
    return new TuningResult(found.variants(), trials, found.splits(), found.seed(), found.budget());
  }

  private static Outcome explained(Outcome outcome, Map<String, String> mistakes) {
    String reason = mistakes.get(outcome.run().name());
    return outcome.state() == Outcome.State.UNFINISHED && reason != null
        ? new Outcome(outcome.run(), Outcome.State.FAILED, null, reason)
        : outcome;
  }

  private static Map<String, String> work(
      SparkSession spark, SentStudy study, Path folder, int tasks) {
    if (tasks < 1) {
      throw new ConfigException("tasks: expected at least 1, found " + tasks);
    }
    Path place = folder.toAbsolutePath();
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new DataException("Could not make " + place + ": " + Reason.of(e), e);
    }
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    StudyWorker worker = new StudyWorker(LibraryVersion.here(), study, place.toString());
    Map<String, String> mistakes = new HashMap<>();
    for (Mistake mistake :
        new JavaSparkContext(spark.sparkContext())
            .parallelize(numbers, tasks)
            .mapPartitions(worker)
            .collect()) {
      mistakes.put(mistake.name(), mistake.reason());
    }
    return mistakes;
  }
}
