package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.FormulaDataset;
import dev.adapterx.data.ImageData;
import dev.adapterx.data.ImageDataset;
import dev.adapterx.data.ImagePipeline;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.Split;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.Preprocess;
import dev.adapterx.model.ImagePreprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of one run, opened: loaders of the training, validation and test splits as the backbone
 * wants to see them.
 *
 * @param description what was found, by split
 * @param fingerprints of the splits, for provenance
 */
public record ImageTask(
    List<String> classes,
    BatchLoader train,
    @Nullable BatchLoader val,
    @Nullable BatchLoader test,
    @Nullable ImageDataset testImages,
    Preprocess preprocess,
    Map<String, String> description,
    Map<String, String> fingerprints)
    implements AutoCloseable {

  /** The data side's name of a backbone's preparation. */
  public static Preprocess preprocess(ImagePreprocessing p) {
    return new Preprocess(
        p.inputSize(),
        p.cropPct() == 1 ? Preprocess.Mode.DIRECT : Preprocess.Mode.CROP,
        p.cropPct(),
        Filter.valueOf(p.interpolation().toUpperCase(Locale.ROOT)),
        new Normalisation(floats(p.mean()), floats(p.std())));
  }

  private static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }

  /**
   * Opens the splits a recipe names.
   *
   * @throws dev.adapterx.base.DataException naming what is missing or does not agree
   */
  public static ImageTask open(
      DataRecipe data, ImagePreprocessing preprocessing, TrainRecipe training, long seed) {
    Opened opened = new Opened(data, preprocess(preprocessing), training, seed);
    return opened.task();
  }

  /** The images passed over so far because they are broken: a count and names, by split. */
  List<String> broken() {
    List<String> lines = new ArrayList<>();
    describeBroken("training", train, lines);
    describeBroken("validation", val, lines);
    describeBroken("test", test, lines);
    return lines;
  }

  private static void describeBroken(
      String role, @Nullable BatchLoader loader, List<String> lines) {
    List<BrokenSample> broken = loader == null ? List.of() : loader.broken();
    if (loader != null && !broken.isEmpty()) {
      lines.add(
          "skipped %d of %d %s images, which are broken: %s"
              .formatted(
                  broken.size(),
                  loader.data().size(),
                  role,
                  Names.some(broken.stream().map(BrokenSample::where).toList())));
    }
  }

  @Override
  public void close() {
    train.close();
    if (val != null) {
      val.close();
    }
    if (test != null) {
      test.close();
    }
  }

  /** Opening, step by step. */
  private static final class Opened {
    private final DataRecipe data;
    private final Preprocess preprocess;
    private final TrainRecipe training;
    private final long seed;
    private final Map<String, String> description = new LinkedHashMap<>();
    private final Map<String, String> fingerprints = new LinkedHashMap<>();

    Opened(DataRecipe data, Preprocess preprocess, TrainRecipe training, long seed) {
      this.data = data;
      this.preprocess = preprocess;
      this.training = training;
      this.seed = seed;
    }

    ImageTask task() {
      ImageDataset train = split("train", data.train());
      ImageDataset val = data.val() == null ? null : split("val", data.val());
      if (val != null) {
        ClassNames.requireSame(train.classes(), "train", val.classes(), "val");
      }
      if (data.holdOut() > 0) {
        Split held = Split.holdOut(train, data.holdOut(), seed);
        train = held.train();
        val = held.heldOut();
        description.put("val", val.size() + " images held out of the training split");
      }
      ImageDataset test = data.test() == null ? null : split("test", data.test());
      if (test != null) {
        ClassNames.requireSame(train.classes(), "train", test.classes(), "test");
      }
      return new ImageTask(
          train.classes(),
          loader(train, true),
          val == null ? null : loader(val, false),
          test == null ? null : loader(test, false),
          test,
          preprocess,
          description,
          fingerprints);
    }

    private ImageDataset split(String role, String name) {
      if (data.path() == null) {
        throw new ConfigException(
            "data.path: expected the folder of the images, found nothing; set it in the recipe or as data.path=FOLDER");
      }
      if (FormulaDataset.isNamed(data.path())) {
        FormulaDataset computed = FormulaDataset.open(data.path(), name, preprocess.inputSize());
        description.put(role, computed.description());
        fingerprints.put(role, Fingerprint.of(computed));
        return computed;
      }
      ImageData found = ImageData.open(Path.of(data.path()), name);
      description.put(role, found.description());
      fingerprints.put(role, Fingerprint.of(found.dataset()));
      return data.exifOrientation() ? found.dataset().withExifOrientation() : found.dataset();
    }

    private BatchLoader loader(ImageDataset images, boolean trains) {
      LoaderOptions options =
          trains
              ? LoaderOptions.training(training.batch(), seed)
                  .withDropLast(training.dropLast() && images.size() >= training.batch())
              : LoaderOptions.evaluation(training.evalBatch());
      if (data.threads() > 0) {
        options = options.withThreads(data.threads());
      }
      if (data.allowBroken()) {
        options = options.withBroken(LoaderOptions.OnBroken.SKIP, 1);
      }
      ImagePipeline pipeline =
          trains
              ? Augmentations.pipeline(data, preprocess, images.classes().size())
              : ImagePipeline.plain(
                  preprocess.inputSize(), preprocess.geometry(), preprocess::normalise);
      return new BatchLoader(
          images, pipeline, options.withCacheBytes((long) data.cacheMegabytes() << 20));
    }
  }
}
