package dev.adapterx.scenes.draw;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Marks a folder as that of a generated data set by its readme, so that nothing else is
 * overwritten.
 */
public final class ClaimedFolder {
  private static final int MOST_PER_CLASS = 100_000;
  private static final String README = "README.txt";

  private ClaimedFolder() {}

  /**
   * Writes the readme first: it marks the folder as this set's, finished or not.
   *
   * @param what what the set contains, such as {@code images}
   * @throws DataException when the folder contains something else; it is left unchanged
   */
  public static void claim(Path folder, String readme, String what) {
    Path file = folder.resolve(README);
    try {
      if (Files.isRegularFile(file)) {
        if (!Files.readString(file).equals(readme)) {
          throw taken(folder, what, "its " + README + " describes another set");
        }
        return;
      }
      if (Files.exists(folder)) {
        try (var found = Files.list(folder)) {
          if (found.findAny().isPresent()) {
            throw taken(folder, what, "it has files but no " + README);
          }
        }
      }
    } catch (IOException e) {
      throw new DataException(
          "Could not look into " + folder + " for the quickstart " + what + ": " + e.getMessage(),
          e);
    }
    WholeFile.write(file, readme);
  }

  private static DataException taken(Path folder, String what, String why) {
    return new DataException(
        "The folder "
            + folder
            + " should be empty or hold these quickstart "
            + what
            + ", but "
            + why
            + "; choose another folder or remove this one");
  }

  public static void checkCount(String split, String what, int perClass) {
    if (perClass < 1 || perClass > MOST_PER_CLASS) {
      throw new ConfigException(
          "The quickstart needs 1 to "
              + MOST_PER_CLASS
              + " "
              + split
              + " "
              + what
              + " per class, found "
              + perClass);
    }
  }
}
