package dev.adapterx.train;

import dev.adapterx.data.synthetic.QuickstartImages;
import dev.adapterx.peft.AdapterX;
import dev.adapterx.peft.FullFineTuning;
import dev.adapterx.peft.LinearProbe;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.train.report.Comparison;
import dev.adapterx.train.report.Facts;
import dev.adapterx.train.report.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The first two minutes: writes a small generated data set, trains a linear probe, full fine-tuning
 * and Adapter-X on it from the embedded backbone, and compares them. Everything it leaves is an
 * ordinary data folder and ordinary run folders.
 */
public final class Quickstart {
  private static final int TRAIN_PER_CLASS = 60;
  private static final int TEST_PER_CLASS = 30;
  private static final int EPOCHS = 15;

  /** A method with a learning rate that is usual for it; none was searched for on these images. */
  private record Entry(PeftMethod method, double lr) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(new LinearProbe(), 5e-3),
          new Entry(new FullFineTuning(), 5e-4),
          new Entry(AdapterX.with(o -> o.scale = 1), 5e-3));

  private final Path folder;
  private final long seed;

  public Quickstart(Path folder, long seed) {
    this.folder = folder;
    this.seed = seed;
  }

  /** Where the images are. */
  public Path images() {
    return folder.resolve("images");
  }

  /** Where the comparison is. */
  public Path report() {
    return folder.resolve("report.html");
  }

  /** Writes the images if they are not there yet; gives how many were written. */
  public int writeImages() {
    return new QuickstartImages(seed).writeTo(images(), TRAIN_PER_CLASS, TEST_PER_CLASS);
  }

  /** Trains and measures; runs that exist are continued or measured again. */
  public List<RunResult> run(RunListener listener) {
    List<RunResult> results = new ArrayList<>();
    for (Entry entry : ENTRIES) {
      Path run = folder.resolve("runs").resolve(entry.method.name());
      results.add(
          Files.exists(run.resolve("recipe.yaml"))
              ? TrainRun.resume(run, listener)
              : TrainRun.start(recipe(entry), run, listener));
    }
    new Report("Adapter-X quickstart", headline(results), List.of(comparison(results), facts()))
        .write(report());
    return results;
  }

  private Recipe recipe(Entry entry) {
    List<String> keys =
        List.of(
            "seed=" + seed,
            "backbone.path=embedded",
            "backbone.crop-pct=1",
            "method=" + entry.method.name(),
            "data.path=" + images().toAbsolutePath(),
            "train.epochs=" + EPOCHS,
            "train.batch=32",
            "train.micro-batch=16",
            "train.warmup-epochs=2",
            "train.lr=" + entry.lr);
    Recipe read = Recipe.read("", keys, "quickstart");
    return new Recipe(
        read.seed(), read.backbone(), entry.method, read.head(), read.data(), read.train());
  }

  private String headline(List<RunResult> results) {
    String accuracies =
        results.stream()
            .filter(r -> r.last() != null)
            .map(r -> String.format(Locale.ROOT, "%s %.1f %%", r.method(), accuracy(r)))
            .collect(Collectors.joining(", "));
    return accuracies
        + " on the test split after the last of "
        + EPOCHS
        + " epochs; seed "
        + seed
        + ", nothing chosen on the test split, normalisation half, no augmentation, heads counted as trained."
        + " Each run has a report of its own in "
        + folder.resolve("runs")
        + ".";
  }

  private static double accuracy(RunResult result) {
    return result.last() == null ? Double.NaN : result.last().accuracy();
  }

  private static Comparison comparison(List<RunResult> results) {
    List<Comparison.Row> rows = new ArrayList<>();
    for (RunResult r : results) {
      rows.add(
          new Comparison.Row(
              r.method(),
              r.parameters().trainablePercent(),
              accuracy(r) / 100,
              Double.NaN,
              1,
              r.secondsPerEpoch() * EPOCHS));
    }
    return new Comparison(rows);
  }

  private Facts facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "images",
        images()
            + ", computed by this program; "
            + TRAIN_PER_CLASS
            + " a class for training, "
            + TEST_PER_CLASS
            + " for the test");
    facts.put("backbone", "embedded, pre-trained on images computed from formulas");
    facts.put("epochs", Integer.toString(EPOCHS));
    facts.put("seed", Long.toString(seed));
    return Facts.of(facts);
  }
}
