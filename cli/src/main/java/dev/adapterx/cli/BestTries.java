package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.preset.BestOf;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.RecipeText;
import dev.adapterx.train.run.RunLock;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tries of {@code --quality best}, a run folder for each method in a folder of them all. What
 * was requested is stored beside them, so that they can be resumed.
 *
 * @param lock of the folder
 * @param keys the given keys, with absolute paths
 */
record BestTries(RunLock lock, ObjectNode keys) implements AutoCloseable {
  private static final String KEYS = "best.yaml";
  private static final String CHOSEN = "chosen";

  /**
   * New tries.
   *
   * @throws ConfigException when there are tries in the folder
   */
  static BestTries create(RunLock lock, ObjectNode keys) {
    Path file = lock.run().resolve(KEYS);
    if (Files.exists(file)) {
      lock.close();
      throw new ConfigException(
          "%s has tries of --quality best already; go on with them by train --resume %s, or choose another --out"
              .formatted(lock.run(), Session.quoted(lock.run())));
    }
    WholeFile.write(file, RecipeText.of(keys));
    return new BestTries(lock, keys);
  }

  /** Whether a folder has tries that can be resumed. */
  static boolean are(Path folder) {
    return Files.isRegularFile(folder.resolve(KEYS));
  }

  /** The tries in a folder. */
  static BestTries existing(Path folder) {
    Path file = folder.resolve(KEYS);
    return new BestTries(
        RunLock.take(folder), RecipeText.tree(RecipeText.of(file), file.toString()));
  }

  /**
   * Runs the tries that are not finished.
   *
   * @throws StoppedException naming the folder of all
   */
  BestOf.Outcome run(RunListener listener) {
    String place = lock.run().resolve(KEYS).toString();
    try {
      return new BestOf(keys, place, recipe -> one(recipe, listener)).run();
    } catch (StoppedException e) {
      throw e.within(lock.run());
    }
  }

  /** Only the method that was chosen is measured on the test split. */
  private RunResult one(Recipe recipe, RunListener listener) {
    boolean chosen = recipe.data().test() != null;
    Path run = lock.run().resolve(chosen ? CHOSEN : recipe.method().name());
    return Files.isRegularFile(run.resolve("recipe.yaml"))
        ? TrainRun.resume(run, listener)
        : TrainRun.start(recipe, run, listener);
  }

  @Override
  public void close() {
    lock.close();
  }
}
