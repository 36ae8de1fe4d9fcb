package dev.adapterx.scenes;

import dev.adapterx.data.sets.DataKind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Data sets that are computed from a name instead of read from files. */
public final class ComputedData {
  private ComputedData() {}

  /** Whether a path is such a name, {@code formula:…} or {@code shapes:…}. */
  public static boolean isNamed(String path) {
    return FormulaDataset.namesImages(path) || FormulaDataset.namesClouds(path);
  }

  /** The kind of a path as recipes have it: computed, a folder or a file. */
  public static Optional<DataKind> kind(String path) {
    if (isNamed(path)) {
      return Optional.of(FormulaDataset.namesImages(path) ? DataKind.IMAGES : DataKind.CLOUDS);
    }
    try {
      return DataKind.of(Path.of(path));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
