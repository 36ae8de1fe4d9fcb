package dev.adapterx.train.quickstart;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.scenes.images.QuickstartImages;
import dev.adapterx.scenes.shapes.QuickstartShapes;
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
  /** A method with a learning rate that is usual for it; none was searched for on these data. */
  record Entry(PeftMethod method, double lr) {}

  /** Writes a data set of so many training and test samples a class; gives how many it wrote. */
  @FunctionalInterface
  interface Writer {
    int writeTo(Path folder, int trainPerClass, int testPerClass);
  }

  /**
   * What images and point clouds differ in here.
   *
   * @param noun of the samples, and of their folder
   * @param recipe all but data, seed, method and learning rate, as a recipe has it
   * @param pretrained the backbone in words
   * @param scaled how the backbone wants its input scaled
   */
  record Task(
      String noun,
      Writer writer,
      int trainPerClass,
      int testPerClass,
      int epochs,
      String recipe,
      String pretrained,
      String scaled,
      List<Entry> entries) {

    static Task images(long seed) {
      return new Task(
          "images",
          new QuickstartImages(seed)::writeTo,
          60,
          30,
          15,
          """
          backbone: {path: embedded, crop-pct: 1}
          train: {batch: 32, micro-batch: 16, warmup-epochs: 2}
          """,
          "embedded, pre-trained on images computed from formulas",
          "half",
          List.of(
              new Entry(new LinearProbe(), 5e-3),
              new Entry(new FullFineTuning(), 5e-4),
              new Entry(AdapterX.with(o -> o.scale = 1), 5e-3)));
    }

    static Task points(long seed) {
      return new Task(
          "clouds",
          new QuickstartShapes(seed)::writeTo,
          40,
          20,
          10,
          """
          backbone: {path: embedded-points}
          train: {batch: 32, micro-batch: 8, warmup-epochs: 1}
          """,
          "embedded-points, pre-trained on clouds computed from formulas",
          "unit-sphere",
          List.of(
              new Entry(new LinearProbe(), 5e-3),
              new Entry(new FullFineTuning(), 5e-4),
              new Entry(AdapterX.with(o -> o.scale = 1), 5e-3),
              new Entry(new DaptX(), 5e-3)));
    }
  }

  private final Path folder;
  private final long seed;
  private final Task task;

  Quickstart(Path folder, long seed, Task task) {
    this.folder = folder;
    this.seed = seed;
    this.task = task;
  }

  /** On images. */
  public static Quickstart images(Path folder, long seed) {
    return new Quickstart(folder, seed, Task.images(seed));
  }

  /** On point clouds. */
  public static Quickstart points(Path folder, long seed) {
    return new Quickstart(folder, seed, Task.points(seed));
  }

  /** {@code images} or {@code clouds}. */
  public String noun() {
    return task.noun;
  }

  /** Where the samples are. */
  public Path data() {
    return folder.resolve(task.noun);
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
          folder + " has runs of a quickstart without " + task.noun + "; name another folder");
    }
    return task.writer.writeTo(data(), task.trainPerClass, task.testPerClass);
  }

  Path run(Entry entry) {
    return runs().resolve(entry.method.name());
  }

  private Path runs() {
    return folder.resolve("runs");
  }

  /** Trains and measures; runs that exist are continued or measured again. */
  public List<RunResult> run(RunListener listener) {
    List<RunResult> results = new ArrayList<>();
    for (Entry entry : task.entries) {
      Path run = run(entry);
      results.add(
          Files.exists(run.resolve("recipe.yaml"))
              ? TrainRun.resume(run, listener)
              : TrainRun.start(recipe(entry), run, listener));
    }
    new QuickstartReport(this, task, seed, results).write(report());
    return results;
  }

  private Recipe recipe(Entry entry) {
    List<String> keys =
        List.of(
            "seed=" + seed,
            "data.path=" + data().toAbsolutePath(),
            "train.epochs=" + task.epochs,
            "train.lr=" + entry.lr);
    Recipe read = Recipe.read(task.recipe, keys, "quickstart");
    return new Recipe(
        read.seed(), read.backbone(), entry.method, read.task(), read.data(), read.train());
  }
}
