package dev.adapterx.dense.boxes;

import dev.adapterx.base.Names;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found in a folder.
 *
 * @param description in words
 * @param splits by name
 * @param classes names, position = label
 * @param photographs whether they are the user's own pictures, which may lie turned as their EXIF
 *     tags say
 * @param partial whether some objects are not annotated, as in LVIS, so that a found one may be
 *     right without a box
 */
public record BoxSplits(
    String description,
    Map<String, Split> splits,
    List<String> classes,
    boolean photographs,
    boolean partial) {
  /**
   * One split.
   *
   * @param pictures in order
   * @param faults boxes that were left out, each with its place and reason
   * @param missing pictures that are named and not there, and annotations of none
   * @param notes what else a user should know
   */
  public record Split(
      List<Annotated> pictures, List<String> faults, List<String> missing, List<String> notes) {
    public Split {
      pictures = List.copyOf(pictures);
      faults = List.copyOf(faults);
      missing = List.copyOf(missing);
      notes = List.copyOf(notes);
    }

    /** What was left out, in words; empty where nothing was. */
    String note() {
      StringBuilder text = new StringBuilder();
      if (!faults.isEmpty()) {
        text.append("; left out: ")
            .append(counted(faults.size(), "box", "boxes"))
            .append(" (")
            .append(Names.some(faults))
            .append(")");
      }
      if (!missing.isEmpty()) {
        text.append("; not there: ")
            .append(counted(missing.size(), "picture", "pictures"))
            .append(" (")
            .append(Names.some(missing))
            .append(")");
      }
      notes.forEach(note -> text.append("; ").append(note));
      return text.toString();
    }
  }

  static String counted(int count, String one, String more) {
    return count + " " + (count == 1 ? one : more);
  }

  public BoxSplits {
    splits = Collections.unmodifiableMap(new LinkedHashMap<>(splits));
    classes = List.copyOf(classes);
  }
}
