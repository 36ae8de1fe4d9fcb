package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import java.nio.file.Path;

/**
 * A split of a data set found on disk.
 *
 * @param layout that the folder was read as
 * @param split its name there
 * @param dataset its images
 */
public record ImageData(Layout layout, String split, FileDataset dataset) {

  /**
   * Opens a split of a folder in any layout: VTAB lists, few-shot lists, JSON lists, a folder per
   * split, or a plain folder per class (split {@value PlainFolder#ALL}).
   *
   * @throws DataException when the folder has no such split, listing those that exist, or its files
   *     are invalid
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
