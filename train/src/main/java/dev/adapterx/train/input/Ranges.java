package dev.adapterx.train.input;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.Split;
import dev.adapterx.model.int8.Calibration;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;

/** What the linear layers of a model are given on samples of its training split. */
public final class Ranges {
  private Ranges() {}

  /**
   * Opens the training split of a recipe for it.
   *
   * @throws dev.adapterx.base.DataException when the data are not where the recipe says
   */
  public static <S> List<LayerRange> of(AdaptedModel model, Modality<S> modality, Recipe recipe) {
    DataRecipe own = recipe.data();
    Dataset<S> train = modality.open(own, own.train()).dataset();
    if (own.holdOut() > 0) {
      train = Split.holdOut(train, own.holdOut(), recipe.seed()).train();
    }
    LoaderOptions options = own.loading(LoaderOptions.evaluation(recipe.train().evalBatch()));
    return of(model, modality, train, options);
  }

  /**
   * Reads those that a training in int8 began with.
   *
   * @throws CheckpointException when the file is damaged
   */
  public static List<LayerRange> read(Path file) {
    try {
      return Settings.json().readValue(Files.readString(file), Kept.class).layers();
    } catch (IOException | JacksonException e) {
      throw new CheckpointException(
          file
              + ", the ranges of the layers in int8, cannot be read: "
              + Reason.of(e)
              + ". Restore it, or train in a new folder",
          e);
    }
  }

  /** Keeps them, so that a resumed training and an evaluation compute the same. */
  public static void write(Path file, List<LayerRange> ranges) {
    String text =
        Settings.json().writerWithDefaultPrettyPrinter().writeValueAsString(new Kept(ranges));
    WholeFile.write(file, text + "\n");
  }

  /** As the file has them. */
  private record Kept(List<LayerRange> layers) {
    Kept {
      layers = List.copyOf(layers);
    }
  }

  /** What stays in bf16 and why, in a line. */
  public static String told(List<LayerRange> ranges) {
    List<String> kept =
        ranges.stream().filter(LayerRange::hasOutliers).map(LayerRange::layer).toList();
    return "int8: "
        + (ranges.size() - kept.size())
        + " of "
        + ranges.size()
        + " linear layers"
        + (kept.isEmpty()
            ? ""
            : ", all but " + String.join(", ", kept) + ", whose inputs have outliers");
  }

  static <S> List<LayerRange> of(
      AdaptedModel model, Modality<S> modality, Dataset<S> train, LoaderOptions options) {
    List<LayerRange> ranges = new ArrayList<>();
    Examples.each(
        modality,
        train,
        options,
        Calibration.MOST,
        model.backbone(),
        inputs -> ranges.addAll(model.ranges(inputs)));
    return ranges;
  }
}
