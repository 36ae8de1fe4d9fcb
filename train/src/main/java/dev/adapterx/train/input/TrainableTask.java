package dev.adapterx.train.input;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Scores;
import dev.adapterx.task.Task;
import dev.adapterx.train.card.CardKind;
import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.recipe.TaskKeys;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.recipe.UnsaidKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task beside classification from a folder to a report: everything that training and commands
 * need to know of it. It is found by its {@link TaskKeys}. What it learns is a {@link Task}, which
 * adapter files name.
 */
public interface TrainableTask extends TaskKeys {
  /**
   * What lies in a place.
   *
   * @param layout how it is sorted, in words
   * @param photographs whether the pictures are the user's own, which may lie turned, as their EXIF
   *     tags say
   * @param splits that there are
   * @param train to train on, if it is clear which
   * @param val to choose the best epoch on, if there is one
   * @param test to measure on, if there is one
   */
  record Place(
      String layout,
      boolean photographs,
      List<String> splits,
      @Nullable String train,
      @Nullable String val,
      @Nullable String test,
      Function<String, Dataset<?>> opening) {}

  /** What its samples are. */
  DataKind kind();

  /** Whether data of this task lie there; reads as little as tells. */
  boolean recognises(Path root);

  /**
   * Looks into a place.
   *
   * @throws dev.adapterx.base.DataException when there is nothing to train on, saying what there is
   */
  Place place(Path root, TaskRecipe.Own settings);

  /**
   * Its samples' way to a backbone.
   *
   * @throws ConfigException when the backbone takes no such samples
   */
  Modality<?> modality(Backbone backbone, TaskRecipe.Own settings);

  /**
   * The task of some classes, where no data are at hand: to count parameters.
   *
   * @throws ConfigException when the backbone takes no such samples
   */
  Task<?, ?> counted(Backbone backbone, List<String> classes, TaskRecipe.Own settings);

  /**
   * Sets keys that a recipe does not say to what suits the task.
   *
   * @param recipe {@code backbone.path} and {@code method.name} are said
   * @param method its name, without a preset
   * @param lr the method's learning rate where whole samples have classes; absent if unknown
   * @return what was chosen, a line each
   */
  List<String> fit(UnsaidKeys recipe, String method, @Nullable Double lr);

  /** What was measured, for {@code evaluate}. */
  Measured measured(Measured.Facts facts);

  /**
   * What was measured, for the card.
   *
   * @param data as results call it
   * @param split or part measured on
   * @param when which epoch, and what it was chosen on, as the end of a sentence
   */
  CardResult card(Scores scores, String data, String split, String when);

  /** What the hub calls such adapters. */
  CardKind cardKind();

  /** What {@code predict} does with a file, as a sentence: {@code Writes masks of pictures:}. */
  String use();

  /**
   * Writes what a model of this task finds in files.
   *
   * @param exifOrientation whether pictures are turned as their EXIF tags say
   */
  PredictionWriter writer(AdaptedModel model, boolean exifOrientation);

  /** Reads all of a data set and says what is wrong with it. */
  DataVerdict check(Path root, TaskRecipe.Own settings);

  /** A task of a recipe. */
  static TrainableTask of(TaskKeys keys) {
    if (keys instanceof TrainableTask task) {
      return task;
    }
    throw new ConfigException(
        "task: "
            + keys.name()
            + " has keys, and nothing to train it with; its provider must implement TrainableTask");
  }

  /** The task of a model's; empty for a classification. */
  static Optional<TrainableTask> of(Task<?, ?> task) {
    return task.name().equals(TaskRecipe.CLASSIFICATION)
        ? Optional.empty()
        : Optional.of(of(TaskKeys.all().get(task.name(), "task")));
  }

  /** The task whose data lie in a place, the first in the order of the class path. */
  static Optional<TrainableTask> at(Path root) {
    return TaskKeys.all().all().stream()
        .map(TrainableTask::of)
        .filter(task -> task.recognises(root))
        .findFirst();
  }
}
