package dev.adapterx.train.study;

import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One training of a study, done or to be done.
 *
 * @param name for progress and messages: {@code cifar lora seed 0}
 * @param recipe what it is to be trained by, its paths absolute
 * @param folder its ordinary run folder
 * @param record where its result is kept besides; absent: nowhere
 */
public record StudyRun(String name, Recipe recipe, RunFolder folder, @Nullable RecordPlace record) {
  public StudyRun {
    recipe = recipe.relativeTo(Path.of("").toAbsolutePath());
  }

  public StudyRun(String name, Recipe recipe, RunFolder folder) {
    this(name, recipe, folder, null);
  }

  /** Holds why the run cannot be finished. */
  Path failure() {
    return folder.path().resolveSibling(folder.path().getFileName() + ".failed");
  }
}
