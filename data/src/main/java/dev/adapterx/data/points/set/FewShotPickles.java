package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Rng;
import dev.adapterx.base.pickle.PickleValue.Dict;
import dev.adapterx.base.pickle.PickleValue.Sequence;
import dev.adapterx.base.pickle.Unpickler;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Folders;
import dev.adapterx.data.points.CloudCheck;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.UnitSphere;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Few-shot folds of ModelNet40 as published with Point-BERT (Yu et al., CVPR 2022,
 * https://arxiv.org/abs/2111.14819): {@code 5way_10shot/0.pkl} to {@code 9.pkl}, each a pickled
 * dict of {@code train} and {@code test} with triples (points (P, at least 3), label within the
 * fold, label in ModelNet40). Nothing in a pickle is run. Each cloud is centred and scaled into the
 * unit sphere, keeping all of its points.
 */
public final class FewShotPickles implements PointLayout {
  private static final Pattern TASK = Pattern.compile("\\d{1,4}way_?\\d{1,4}shot");
  private static final Pattern FOLD = Pattern.compile("\\d{1,4}\\.pkl");
  private static final long LARGEST = 1L << 30;

  private final Path file;

  private FewShotPickles(Path file) {
    this.file = file;
  }

  static boolean recognises(Path root) {
    return Files.isDirectory(root) ? !folds(root).isEmpty() : isPickle(root);
  }

  /**
   * The fold named in the options, or the file itself.
   *
   * @throws DataException when none is chosen, or the name does not exist, listing those that do
   */
  static FewShotPickles of(Path root, PointData.Options options) {
    if (isPickle(root)) {
      return new FewShotPickles(root);
    }
    List<String> folds = folds(root);
    String wanted = options.fewShot().orElse("");
    if (wanted.isEmpty()) {
      throw new DataException(
          "%s holds %d few-shot folds: %s. Choose one with few-shot=%s"
              .formatted(root, folds.size(), Names.some(folds), folds.get(0)));
    }
    for (String fold : folds) {
      // The folders are called 5way_10shot by some and 5way10shot by others.
      if (fold.replace("_", "").equals(wanted.replace("_", ""))) {
        return new FewShotPickles(root.resolve(fold + ".pkl"));
      }
    }
    throw new DataException(
        "%s has no few-shot fold '%s'; there: %s%s"
            .formatted(root, wanted, Names.some(folds), Names.hint(wanted, folds)));
  }

  @Override
  public Path root() {
    return file;
  }

  @Override
  public String description() {
    Path folder = file.toAbsolutePath().getParent();
    return "few-shot fold "
        + (folder == null ? "" : Folders.name(folder) + "/")
        + Folders.name(file).replaceFirst("\\.pkl$", "");
  }

  @Override
  public List<String> splits() {
    return List.of("train", "test");
  }

  @Override
  public boolean unitSphere() {
    return true;
  }

  @Override
  public PointData open(String split) {
    PointLayout.requireSplit(this, split);
    Object content = content();
    if (!(content instanceof Dict dict)) {
      throw new DataException(file + ": expected a pickled dict of 'train' and 'test'");
    }
    List<CloudList.Sample> train = samples(dict, "train");
    List<CloudList.Sample> test = samples(dict, "test");
    int largest = 0;
    for (CloudList.Sample sample : train) {
      largest = Math.max(largest, sample.label());
    }
    for (CloudList.Sample sample : test) {
      if (sample.label() > largest) {
        throw new DataException(
            "%s[%s]: label %d, but the training clouds have labels 0 … %d"
                .formatted(file, sample.place(), sample.label(), largest));
      }
    }
    List<String> classes = ClassNames.numbered(largest + 1);
    CloudList clouds = new CloudList(split.equals("train") ? train : test, classes);
    return new PointData(this, split, clouds, List.of());
  }

  private Object content() {
    try {
      long most = Math.min(LARGEST, Runtime.getRuntime().maxMemory() / 4);
      long size = Files.size(file);
      if (size > most) {
        throw new DataException(
            "%s has %d bytes; at most %d are read with this much memory (-Xmx)"
                .formatted(file, size, most));
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return new Unpickler(file.toString(), bytes, new NumpyGlobals(file.toString(), size)).next();
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }

  private List<CloudList.Sample> samples(Dict dict, String split) {
    if (!(dict.entries().get(split) instanceof Sequence list) || list.items().isEmpty()) {
      throw new DataException(
          "%s: expected a list of clouds under '%s'; its keys are %s"
              .formatted(file, split, Names.some(dict.names())));
    }
    List<CloudList.Sample> samples = new ArrayList<>();
    for (Object item : list.items()) {
      samples.add(sample(item, split + " " + samples.size()));
    }
    return samples;
  }

  private CloudList.Sample sample(Object item, String place) {
    String where = file + "[" + place + "]";
    List<Object> parts = item instanceof Sequence s ? s.items() : List.of();
    if (parts.size() < 2 || !(parts.get(0) instanceof NdArray array)) {
      throw new DataException(where + ": expected (points, label, label in the whole data set)");
    }
    float[] xyz =
        array
            .points()
            .orElseThrow(
                () ->
                    new DataException(
                        where
                            + ": expected points (P, at least 3) of float32 or float64, found "
                            + array));
    PointCloud cloud = CloudCheck.requireUsable(new PointCloud(xyz).finite(where), 1, where);
    cloud = new UnitSphere().apply(cloud, Rng.of(0, "unit sphere")); // draws nothing
    return new CloudList.Sample(cloud, label(parts.get(1), where), file, place);
  }

  private static int label(Object value, String where) {
    long label = -1;
    if (value instanceof Long number) {
      label = number;
    } else if (value instanceof NdArray array) {
      label = array.wholeNumber().orElse(-1L);
    }
    if (label < 0 || label >= ClassNames.MOST) {
      throw new DataException(where + ": expected a label 0, 1, …, found another value");
    }
    return (int) label;
  }

  /** {@code 5way_10shot/3}, or {@code 3} in a folder of one task. */
  static List<String> folds(Path root) {
    List<String> folds = new ArrayList<>();
    if (TASK.matcher(Folders.name(root.toAbsolutePath().normalize())).matches()) {
      addFolds(folds, root, "");
    }
    for (Path folder : Folders.folders(root)) {
      if (TASK.matcher(Folders.name(folder)).matches()) {
        addFolds(folds, folder, Folders.name(folder) + "/");
      }
    }
    return folds;
  }

  private static void addFolds(List<String> folds, Path folder, String prefix) {
    for (Path file : Folders.visibleFiles(folder)) {
      if (FOLD.matcher(Folders.name(file)).matches()) {
        folds.add(prefix + Folders.name(file).replaceFirst("\\.pkl$", ""));
      }
    }
  }

  private static boolean isPickle(Path root) {
    return Files.isRegularFile(root) && Folders.name(root).endsWith(".pkl");
  }
}
