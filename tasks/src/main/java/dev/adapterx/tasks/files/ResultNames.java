package dev.adapterx.tasks.files;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Names of results, by the files they are of. */
public final class ResultNames {
  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * A file's name without its ending; the second of the same name, in another folder, is NAME-2.
   */
  public String of(Path file) {
    String last = String.valueOf(file.getFileName());
    int dot = last.lastIndexOf('.');
    String stem = dot > 0 ? last.substring(0, dot) : last;
    int count = counts.merge(stem, 1, Integer::sum);
    return stem + (count > 1 ? "-" + count : "");
  }
}
