package dev.adapterx.tasks.files;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.NewFolder;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.log.Csv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The folder of predictions. */
public final class ResultFolder {
  private ResultFolder() {}

  /**
   * Makes a folder with sub-folders, and {@code classes.csv} in it: index, name and colour of each
   * class.
   *
   * @param colours 0xRRGGBB, of each label
   * @throws ConfigException when it cannot be made
   */
  public static void make(Path folder, List<String> inside, List<String> labels, int[] colours) {
    try {
      NewFolder.make(folder);
      for (String name : inside) {
        NewFolder.make(folder.resolve(name));
      }
    } catch (IOException e) {
      throw new ConfigException("Could not make the folder " + folder + ": " + Reason.of(e), e);
    }
    StringBuilder text = new StringBuilder("index,name,red,green,blue\n");
    for (int c = 0; c < colours.length; c++) {
      int colour = colours[c];
      text.append(
          "%d,%s,%d,%d,%d\n"
              .formatted(
                  c, Csv.cell(labels.get(c)), colour >> 16, (colour >> 8) & 0xFF, colour & 0xFF));
    }
    WholeFile.write(folder.resolve("classes.csv"), text.toString());
  }
}
