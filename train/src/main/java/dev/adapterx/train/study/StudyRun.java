package dev.adapterx.train.study;

import dev.adapterx.train.Recipe;
import dev.adapterx.train.RunFolder;
import java.nio.file.Path;

/**
 * One training of a study, done or to be done.
 *
 * @param name for progress and messages: {@code cifar lora seed 0}
 * @param recipe what it is to be trained by, its paths absolute
 * @param folder its ordinary run folder
 */
public record StudyRun(String name, Recipe recipe, RunFolder folder) {
  public StudyRun {
    recipe = recipe.relativeTo(Path.of("").toAbsolutePath());
  }

  /** Holds why the run cannot be finished. */
  Path failure() {
    return folder.path().resolveSibling(folder.path().getFileName() + ".failed");
  }
}
