package dev.adapterx.train.preset;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import dev.adapterx.data.images.SplitsInClasses;
import dev.adapterx.data.points.set.FolderLayout;
import dev.adapterx.data.points.set.PointData;
import dev.adapterx.data.points.set.PointLayout;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.scenes.FormulaDataset;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.TaskRecipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a place: images or clouds, and its splits. Nothing is decoded.
 *
 * @param task that its samples are for; absent: to name classes of whole samples
 * @param layout how it is sorted, in words
 * @param splits that there are
 * @param photographs whether they are images in folders of the user's own making, not a published
 *     benchmark's lists: such may lie turned, as their EXIF tags say
 * @param train to train on, if it is clear which
 * @param val to choose the best epoch on, if there is one
 * @param test to measure on, if there is one
 * @param unlabelled splits that cannot be measured, as their files are not sorted into classes
 */
record FoundData(
    DataKind kind,
    @Nullable TrainableTask task,
    String layout,
    boolean photographs,
    List<String> splits,
    @Nullable String train,
    @Nullable String val,
    @Nullable String test,
    List<String> unlabelled,
    Function<String, Dataset<?>> opening) {
  /** Side in pixels and points, which do not matter where samples are only counted. */
  private static final int SOME = 64;

  /**
   * Looks into a folder, a file or a formula.
   *
   * @param data says where, and of clouds which variant and which labels
   * @param said of the task
   * @throws DataException when there is nothing to train on, saying what there is
   */
  static FoundData of(DataRecipe data, TaskRecipe said) {
    String path = String.valueOf(data.path());
    if (DataRecipe.isComputed(path)) {
      return computed(path);
    }
    Path root = Path.of(path);
    if (!Files.exists(root)) {
      throw new DataException("No such file or folder: " + root);
    }
    Optional<TrainableTask> task =
        said.name() == null
            ? TrainableTask.at(root)
            : Optional.ofNullable(said.own()).map(own -> TrainableTask.of(own.task()));
    if (task.isPresent()) {
      return of(task.get(), root, said);
    }
    DataKind kind =
        DataKind.of(root)
            .orElseThrow(
                () ->
                    new DataException(
                        root
                            + " holds neither images nor point clouds. Expected a folder for each"
                            + " class with images (JPEG, PNG, …) or clouds (PLY, OBJ, LAS, …)"
                            + " inside, folders train and test of these, lists, or an HDF5 file of"
                            + " clouds"));
    return kind == DataKind.IMAGES ? images(root) : clouds(root, data);
  }

  private static FoundData computed(String path) {
    boolean images = FormulaDataset.namesImages(path);
    return new FoundData(
        images ? DataKind.IMAGES : DataKind.CLOUDS,
        null,
        "computed",
        false,
        List.of("train", "test"),
        "train",
        null,
        "test",
        List.of(),
        split ->
            images
                ? FormulaDataset.images(path, split, SOME)
                : FormulaDataset.clouds(path, split, SOME));
  }

  private static FoundData of(TrainableTask task, Path root, TaskRecipe said) {
    TaskRecipe.Own own = Objects.requireNonNull(said.named(task.name()).own());
    TrainableTask.Place place = task.place(root, own);
    String only = place.splits().equals(List.of(PlainFolder.ALL)) ? PlainFolder.ALL : null;
    return new FoundData(
        task.kind(),
        task,
        place.layout(),
        place.photographs(),
        place.splits(),
        place.train() != null ? place.train() : only,
        place.val(),
        place.test(),
        List.of(),
        place.opening());
  }

  private static FoundData images(Path root) {
    Layout layout = Layout.of(root);
    return found(
        DataKind.IMAGES,
        unlabelled(layout instanceof SplitFolders, root),
        layout.description(),
        layout instanceof SplitFolders
            || layout instanceof SplitsInClasses
            || layout instanceof PlainFolder,
        layout.splits(),
        layout::split,
        layout::open);
  }

  private static FoundData clouds(Path root, DataRecipe data) {
    PointData.Options options = PointData.Options.defaults().withLabel(data.label());
    if (data.variant() != null) {
      options = options.withVariant(data.variant());
    }
    PointLayout layout = PointLayout.of(root, options);
    return found(
        DataKind.CLOUDS,
        unlabelled(layout instanceof FolderLayout, root),
        layout.description(),
        false,
        layout.splits(),
        layout::split,
        split -> layout.open(split).dataset());
  }

  private static FoundData found(
      DataKind kind,
      List<String> unlabelled,
      String layout,
      boolean photographs,
      List<String> splits,
      Function<Layout.Role, Optional<String>> roles,
      Function<String, Dataset<?>> opening) {
    String only = splits.equals(List.of(PlainFolder.ALL)) ? PlainFolder.ALL : null;
    return new FoundData(
        kind,
        null,
        layout,
        photographs,
        List.copyOf(splits),
        roles.apply(Layout.Role.TRAIN).orElse(only),
        roles.apply(Layout.Role.VALIDATION).filter(s -> !unlabelled.contains(s)).orElse(null),
        roles.apply(Layout.Role.TEST).filter(s -> !unlabelled.contains(s)).orElse(null),
        unlabelled,
        opening);
  }

  /** Splits that are folders of loose files, as competitions give out their test samples. */
  private static List<String> unlabelled(boolean sorted, Path root) {
    return !sorted
        ? List.of()
        : Folders.folders(root).stream()
            .filter(folder -> Folders.folders(folder).isEmpty())
            .flatMap(folder -> SplitFolders.canonical(Folders.name(folder)).stream())
            .toList();
  }

  /**
   * The split to train on.
   *
   * @throws ConfigException when there are several that could be meant, or none
   */
  String requireTrain(String path) {
    if (train == null) {
      throw new ConfigException(
          "%s, %s: which split to train on is not clear; there are %s. Name it, for example data.train=%s"
              .formatted(path, layout, Names.some(splits), example()));
    }
    return train;
  }

  /** A split that may be meant: none to choose or measure on, if there is another. */
  private String example() {
    return splits.stream()
        .filter(split -> !split.startsWith("val") && !split.startsWith("test"))
        .findFirst()
        .orElse("NAME");
  }

  /** {@code images} or {@code clouds}. */
  String noun() {
    return kind == DataKind.IMAGES ? "images" : "clouds";
  }
}
