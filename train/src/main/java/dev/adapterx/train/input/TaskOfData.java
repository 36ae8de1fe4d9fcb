package dev.adapterx.train.input;

import dev.adapterx.dense.layout.MaskLayout;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The task that follows from what the data are, where a recipe names none. */
public final class TaskOfData {
  private TaskOfData() {}

  /** The recipe with its task named, where it is another than to name classes. */
  public static Recipe named(Recipe recipe) {
    return recipe.task().name() == null && isMasks(recipe.data().path())
        ? recipe.with(recipe.task().named(TaskRecipe.SEGMENTATION))
        : recipe;
  }

  /** Whether pictures with masks lie there. */
  public static boolean isMasks(@Nullable String path) {
    try {
      return path != null && !DataRecipe.isComputed(path) && MaskLayout.recognises(Path.of(path));
    } catch (InvalidPathException e) {
      return false; // the error comes when it is opened
    }
  }
}
