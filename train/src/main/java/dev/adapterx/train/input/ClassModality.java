package dev.adapterx.train.input;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.infer.Input;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Scores;
import dev.adapterx.tensor.Device;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.report.Confusion;
import dev.adapterx.train.report.Section;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples that have a class as a whole: images and point clouds.
 *
 * @param <S> what a sample is
 */
public abstract sealed class ClassModality<S> extends Modality<S>
    permits ImageModality, PointModality {
  private static final int SAMPLES = 24;

  /** What a backbone with this preparation sees, prepared to the end. */
  public static ClassModality<?> of(Preprocessing preprocessing) {
    return of(preprocessing, Device.CPU);
  }

  static ClassModality<?> of(Preprocessing preprocessing, Device device) {
    if (preprocessing instanceof ImagePreprocessing images) {
      return new ImageModality(images);
    }
    return new PointModality((PointPreprocessing) preprocessing, device);
  }

  /** The way of a sample to the backbone without anything random. */
  @Override
  public abstract Input<S> input();

  @Override
  public final Pipeline<S> evaluation() {
    return input().pipeline();
  }

  @Override
  public final Classification task(Recipe recipe, Dataset<S> train) {
    return recipe.classification(train.classes());
  }

  @Override
  public final List<Section> results(Scores scores, Dataset<S> data, AdaptedModel model) {
    Evaluation evaluation = (Evaluation) scores;
    List<String> classes = model.task().labels();
    return List.of(
        samples(data, Shown.chosen(evaluation, classes, SAMPLES), model),
        new Confusion(evaluation.confusion().counts(), classes));
  }

  /**
   * A few samples beside what they were taken for.
   *
   * @param model whose routes are shown; absent where there are answers of several
   */
  public abstract Section samples(
      Dataset<S> data, Shown.Choice chosen, @Nullable AdaptedModel model);
}
