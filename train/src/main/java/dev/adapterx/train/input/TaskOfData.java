package dev.adapterx.train.input;

import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The task that follows from what the data are, where a recipe names none. */
public final class TaskOfData {
  private TaskOfData() {}

  /** The recipe with its task named, where it is another than to name classes. */
  public static Recipe named(Recipe recipe) {
    return recipe.task().name() != null
        ? recipe
        : at(recipe.data().path())
            .map(task -> recipe.with(recipe.task().named(task.name())))
            .orElse(recipe);
  }

  /** The task whose data lie in a place; empty for a classification, and where nothing is. */
  public static Optional<TrainableTask> at(@Nullable String path) {
    try {
      return path == null || DataRecipe.isComputed(path)
          ? Optional.empty()
          : TrainableTask.at(Path.of(path));
    } catch (InvalidPathException e) {
      return Optional.empty(); // the error comes when it is opened
    }
  }
}
