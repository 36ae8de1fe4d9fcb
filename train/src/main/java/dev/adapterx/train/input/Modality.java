package dev.adapterx.train.input;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Folders;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.infer.Input;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.scenes.ComputedData;
import dev.adapterx.task.Scores;
import dev.adapterx.task.Task;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.report.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What data of different kinds and tasks differ in: how they are found, prepared, learned and
 * shown. Everything else in a training is the same.
 *
 * @param <S> what a sample is
 */
public abstract class Modality<S> {
  /**
   * A split as it was found.
   *
   * @param leftOut what of it is left out or not there, a line for each kind; may read headers of
   *     all pictures
   */
  public record Found<S>(Dataset<S> dataset, String description, Supplier<List<String>> leftOut) {
    /** Nothing is left out. */
    public Found(Dataset<S> dataset, String description) {
      this(dataset, description, List::of);
    }
  }

  /** What a backbone sees, as its device wants it handed over, where samples are named. */
  public static Modality<?> of(Backbone backbone) {
    return ClassModality.of(backbone.preprocessing(), backbone.device());
  }

  /**
   * What a backbone sees, as its device wants it handed over, for a task.
   *
   * @throws dev.adapterx.base.ConfigException when the task is none for such a backbone
   */
  public static Modality<?> of(Backbone backbone, TaskRecipe task) {
    TaskRecipe.Own own = task.own();
    return own == null ? of(backbone) : TrainableTask.of(own.task()).modality(backbone, own);
  }

  /** What the backbone takes. */
  public abstract Input<?> input();

  /** {@code images} or {@code clouds}: for messages. */
  public final String noun() {
    return input().noun();
  }

  /** For example {@code The backbone is a point transformer, which takes point clouds}. */
  public final String taker() {
    return input().taker();
  }

  /** What it takes. */
  public abstract DataKind kind();

  /**
   * The files of its kind below a folder however deep, by name; not those that lie beside data, as
   * {@code classes.txt} does.
   *
   * @throws DataException when there are none, saying what there is
   */
  public final List<Path> below(Path folder) {
    List<Path> files =
        Folders.below(folder, file -> input().isKnown(file) && !input().isBeside(file)).files();
    if (files.isEmpty()) {
      throw explained(
          new DataException(folder + " has no " + noun() + ", however deep"), folder.toString());
    }
    return files;
  }

  /** What is wrong with data that could not be opened, where they are of the other kind. */
  public final DataException explained(DataException e, String path) {
    return ComputedData.kind(path)
        .filter(found -> found != kind())
        .map(
            found ->
                new DataException(
                    "%s holds %s. %s. Name other data, or another backbone"
                        .formatted(path, found.text(), taker()),
                    e))
        .orElse(e);
  }

  /** How its inputs are scaled, for result lines. */
  public final String normalisation() {
    return input().normalisation();
  }

  /**
   * Opens a split.
   *
   * @throws dev.adapterx.base.DataException naming what is missing
   * @throws dev.adapterx.base.ConfigException when a setting does not fit
   */
  public abstract Found<S> open(DataRecipe data, String split);

  /**
   * Opens labelled samples to measure a trained model on, whose classes must be the model's.
   *
   * @param byDefault whether the split is the default: a plain folder is then taken whole
   */
  public abstract Dataset<S> measured(
      DataRecipe data, String split, boolean byDefault, List<String> classes);

  /** What a sample needs so that something can be learned or measured, for messages. */
  public String target(DataRecipe data) {
    return "a label";
  }

  /** The way of a training sample to the batch. */
  public abstract Pipeline<S> training(DataRecipe data, int classes);

  /** The way of a sample to the batch without anything random. */
  public abstract Pipeline<S> evaluation();

  /** As {@link #evaluation}, one input of the backbone for each sample. */
  public Pipeline<S> examples() {
    return evaluation();
  }

  /** What is learned of these samples. */
  public abstract Task<?, ?> task(Recipe recipe, Dataset<S> train);

  /**
   * Sections of a report on what was measured: what was found beside what is there, and how often
   * one class was taken for another.
   *
   * @param scores of the task's own kind
   * @param data what was measured
   */
  public abstract List<Section> results(Scores scores, Dataset<S> data, AdaptedModel model);
}
