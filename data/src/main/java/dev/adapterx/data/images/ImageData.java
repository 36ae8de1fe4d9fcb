package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import java.nio.file.Path;

/**
 * A split of a data set found on disk.
 *
 * @param layout as which the folder was read
 * @param split its name there
 * @param dataset its images
 */
public record ImageData(Layout layout, String split, FileDataset dataset) {

  /**
   * Opens a split of a folder, whatever its layout: VTAB lists, few-shot lists, JSON lists, a
   * folder per split, or a plain folder per class (split {@value PlainFolder#ALL}).
   *
   * @throws DataException when the folder holds no such split, saying which exist, or its files are
   *     not in order
   */
  public static ImageData open(Path root, String split) {
    Layout layout = Layout.of(root);
    return new ImageData(layout, split, layout.open(split));
  }

  /** For example {@code 800 images of 10 classes: split train800 of DIR, VTAB lists (…)}. */
  public String description() {
    return "%d images of %d classes: split %s of %s, %s"
        .formatted(
            dataset.size(), dataset.classes().size(), split, layout.root(), layout.description());
  }
}
