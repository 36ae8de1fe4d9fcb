package dev.adapterx.train.quickstart;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The first two minutes: writes a small generated data set of images or of point clouds, trains a
 * few methods on it from the embedded backbone, and compares them. Everything it leaves is an
 * ordinary data folder and ordinary run folders.
 */
public final class Quickstart {
  private final Path folder;
  private final long seed;
  private final QuickTask task;

  Quickstart(Path folder, long seed, QuickTask task) {
    this.folder = folder;
    this.seed = seed;
    this.task = task;
  }

  /** On images. */
  public static Quickstart images(Path folder, long seed) {
    return new Quickstart(folder, seed, ClassQuickTasks.images(seed));
  }

  /** On point clouds. */
  public static Quickstart points(Path folder, long seed) {
    return new Quickstart(folder, seed, ClassQuickTasks.points(seed));
  }

  /**
   * Of another task.
   *
   * @throws ConfigException when none of that name is on the class path
   */
  public static Quickstart of(String task, Path folder, long seed) {
    return new Quickstart(folder, seed, QuickTask.Kind.all().get(task, "--task").of(seed));
  }

  /** What samples are called: {@code images}. */
  public String noun() {
    return task.noun();
  }

  /** Where the samples are. */
  public Path data() {
    return folder.resolve(task.noun());
  }

  /** Where the comparison is. */
  public Path report() {
    return folder.resolve("report.html");
  }

  /**
   * Writes the samples if they are not there yet; gives how many were written.
   *
   * @throws ConfigException when the folder has runs on other data
   */
  public int writeData() {
    if (Files.isDirectory(runs()) && !Files.isDirectory(data())) {
      throw new ConfigException(
          folder + " has runs of a quickstart without " + task.noun() + "; name another folder");
    }
    return task.writer().writeTo(data());
  }

  Path run(QuickTask.Entry entry) {
    return runs().resolve(entry.method().name());
  }

  private Path runs() {
    return folder.resolve("runs");
  }

  /** Trains and measures; runs that exist are continued or measured again. */
  public List<RunResult> run(RunListener listener) {
    List<RunResult> results = new ArrayList<>();
    for (QuickTask.Entry entry : task.entries()) {
      Path run = run(entry);
      results.add(
          Files.exists(run.resolve("recipe.yaml"))
              ? TrainRun.resume(run, listener)
              : TrainRun.start(recipe(entry), run, listener));
    }
    new QuickstartReport(this, task, seed, results).write(report());
    return results;
  }

  /** What the runs say about Adapter-X and full fine-tuning, and what each method costs. */
  public List<String> conclusion(List<RunResult> results) {
    return new Conclusion(task, results).sentences();
  }

  private Recipe recipe(QuickTask.Entry entry) {
    List<String> keys =
        List.of(
            "seed=" + seed,
            "data.path=" + data().toAbsolutePath(),
            "train.epochs=" + task.epochs(),
            "train.lr=" + entry.lr());
    Recipe read = Recipe.read(task.recipe(), keys, "quickstart");
    return new Recipe(
        read.seed(), read.backbone(), entry.method(), read.task(), read.data(), read.train());
  }
}
