package dev.adapterx.train.input;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.Split;
import dev.adapterx.model.int8.Calibration;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;

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

  static <S> void quantise(
      AdaptedModel model, Modality<S> modality, Dataset<S> train, LoaderOptions options) {
    model.quantise(of(model, modality, train, options));
  }

  private static <S> List<LayerRange> of(
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
