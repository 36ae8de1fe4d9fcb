package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The texts beside the images of a data set that are lists of {@code path label}, whatever they are
 * called; {@code README.txt}, {@code classes.txt} and the like are never.
 *
 * @param lists their names without the ending, sorted
 * @param leftOut names of the other texts, sorted, each with the reason
 */
record RootLists(List<String> lists, Map<String, String> leftOut) {
  /** A folder of more texts is one of captions or labels, not of lists. */
  private static final int MOST = 100;

  private static final String ENDING = ".txt";

  private static final List<String> PROSE =
      List.of("readme", "license", "licence", "copying", "notice", "changelog", "classes");

  RootLists {
    lists = List.copyOf(lists);
    leftOut = new TreeMap<>(leftOut);
  }

  /**
   * Reads a folder's texts.
   *
   * @param known names of lists that are not looked into
   */
  static RootLists of(Path root, List<String> known) {
    List<String> lists = new ArrayList<>();
    Map<String, String> leftOut = new TreeMap<>();
    for (Path text : texts(root)) {
      String name = Folders.name(text);
      name = name.substring(0, name.length() - ENDING.length());
      String said = name.toLowerCase(Locale.ROOT);
      if (known.contains(name) || PROSE.stream().anyMatch(said::startsWith)) {
        continue;
      }
      try {
        ListFile.requireImages(text);
        lists.add(name);
      } catch (DataException e) {
        leftOut.put(name, String.valueOf(e.getMessage()));
      }
    }
    lists.sort(null);
    return new RootLists(lists, leftOut);
  }

  private static List<Path> texts(Path root) {
    List<Path> texts = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(root, "*" + ENDING)) {
      for (Path text : found) {
        if (Files.isRegularFile(text) && !Folders.name(text).startsWith(".")) {
          texts.add(text);
        }
        if (texts.size() > MOST) {
          return List.of();
        }
      }
    } catch (IOException e) {
      throw new DataException("Could not list " + root + ": " + Reason.of(e), e);
    }
    return texts;
  }
}
