package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.images.ImageCheck;
import dev.adapterx.data.images.ImageFacts;
import dev.adapterx.data.points.set.CloudFacts;
import dev.adapterx.data.points.set.PointCheck;
import dev.adapterx.data.points.set.PointData;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.train.input.DataVerdict;
import dev.adapterx.train.input.TaskOfData;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a data set and prints a report. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Reads all splits of a data set of images or of point clouds: counts, sizes, broken"
          + " files, samples that training and test share, and how it differs from the published"
          + " one.",
      "",
      "The exit code is 2 when there is a problem; warnings alone leave it 0. Of images, VTAB-1k's"
          + " lists, few-shot lists, a folder per split and class, and a plain folder per class are"
          + " understood; a folder of several data sets is checked one by one. Of point clouds,"
          + " ScanObjectNN, the texts of ModelNet, few-shot folds, HDF5 files, and files of points or"
          + " meshes in folders as those of images. Of pictures with masks the share of every class,"
          + " and what masks have that is no class."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx data check cifar10",
      "  adapterx data check vtab-1k --no-decode",
      "  adapterx data check cifar10 --json > cifar10.json",
      "  adapterx data check scanobjectnn --variant pb-t50-rs",
      "  adapterx data check shapes.h5 --label label_common",
      "  adapterx data check my-scans data.parts.label=scalar_class"
    })
final class DataCheckCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "PATH",
      description = "The data set, a folder with several of images, or an HDF5 file of clouds.")
  Path path;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "key=value",
      description =
          "What is said of such data in a recipe: data.masks.classes=[sky, road],"
              + " data.parts.label=class.")
  List<String> keys = List.of();

  @Option(
      names = "--no-decode",
      description = "Trust the images' headers: faster, but finds fewer broken files.")
  boolean trusting;

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "Of point clouds in HDF5: the dataset with the labels (default: label).")
  @Nullable String label;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Of ScanObjectNN: obj-bg, obj-only or pb-t50-rs; of ModelNet: modelnet10 or modelnet40.")
  @Nullable String variant;

  @Option(names = "--json", description = "Print JSON: an object, or a list for several data sets.")
  boolean json;

  @Override
  public Integer call() {
    Optional<TrainableTask> task = TaskOfData.at(path.toString());
    if (task.isPresent()) {
      return check(task.get());
    }
    if (!keys.isEmpty()) {
      throw new ConfigException(
          keys.get(0) + ": keys are for masks, boxes and labels of points; " + path + " has none");
    }
    DataKind kind = DataKind.of(path).orElseGet(this::none);
    return kind == DataKind.CLOUDS ? clouds() : images();
  }

  private int check(TrainableTask task) {
    if (label != null || variant != null || trusting) {
      throw new ConfigException(
          "--label, --variant and --no-decode do not go with %s, which %s holds; they are read whole"
              .formatted(task.samples(), path));
    }
    List<String> said = new ArrayList<>(List.of("task=" + task.name()));
    said.addAll(keys);
    TaskRecipe.Own settings = Recipe.read("", said, "data check").task().own();
    DataVerdict verdict = task.check(path, Objects.requireNonNull(settings));
    return print(verdict.json(), verdict.text(), verdict.sound());
  }

  private int images() {
    if (label != null || variant != null) {
      throw new ConfigException(
          "--label and --variant are about point clouds, but " + path + " holds images");
    }
    int threads = Runtime.getRuntime().availableProcessors();
    List<DataReport<ImageFacts>> reports =
        ImageCheck.dataSets(path).stream()
            .map(set -> ImageCheck.of(set, !trusting, threads))
            .toList();
    Object value =
        reports.size() == 1
            ? reports.get(0).json()
            : reports.stream().map(DataReport::json).toList();
    String text =
        reports.stream()
            .map(report -> report.text() + System.lineSeparator())
            .collect(Collectors.joining());
    return print(value, text, reports.stream().allMatch(DataReport::sound));
  }

  private int clouds() {
    if (trusting) {
      throw new ConfigException("--no-decode is about images, but " + path + " holds point clouds");
    }
    PointData.Options options = PointData.Options.defaults();
    options = label == null ? options : options.withLabel(label);
    options = variant == null ? options : options.withVariant(variant);
    DataReport<CloudFacts> report = PointCheck.of(path, options);
    return print(report.json(), report.text() + System.lineSeparator(), report.sound());
  }

  private int print(Object value, String text, boolean sound) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.text(value) + System.lineSeparator() : text);
    return sound ? Session.DONE : Session.USERS;
  }

  /**
   * The kind to assume where there are files of neither: the check of images reports what is
   * missing.
   */
  private DataKind none() {
    if (Files.isRegularFile(path)) {
      throw new DataException(
          path
              + " is no data set: expected a folder of images or of point clouds, or an HDF5 file of"
              + " point clouds");
    }
    return DataKind.IMAGES;
  }
}
