package dev.adapterx.train.study;

import java.nio.file.Path;

/** Names of tasks and methods as names of folders. */
final class FolderName {
  private FolderName() {}

  /** With a dash for what some file system does not take; empty where nothing is left. */
  static String of(String name) {
    return name.replaceAll("[^\\p{L}\\p{N}._+-]+", "-").replaceAll("^[-.]+|[-.]+$", "");
  }

  /** A file's name without its ending. */
  static String stem(Path file) {
    return String.valueOf(file.getFileName()).replaceAll("\\.[^.]*$", "");
  }
}
