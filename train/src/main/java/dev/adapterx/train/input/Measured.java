package dev.adapterx.train.input;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.task.Scores;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a trained model was worth on a split, as {@code evaluate} prints it. */
public interface Measured {
  /**
   * What was measured where.
   *
   * @param scores of the task's own kind
   * @param classes position = index
   * @param names of the samples, position = index in the split
   * @param data where they are
   * @param split which of them; a held-out part is described in words
   * @param normalisation they were fed with
   * @param broken what was passed over
   * @param warnings why the figures may be optimistic
   */
  record Facts(
      Scores scores,
      List<String> classes,
      List<String> names,
      String data,
      String split,
      String normalisation,
      List<BrokenSample> broken,
      List<String> warnings) {
    public Facts {
      classes = List.copyOf(classes);
      names = List.copyOf(names);
      broken = List.copyOf(broken);
      warnings = List.copyOf(warnings);
    }

    /** Data and split in words. */
    public String place() {
      return data + (split.contains(" ") ? ", " : ", split ") + split;
    }
  }

  /** What was passed over. */
  List<BrokenSample> broken();

  /** Why the figures may be optimistic. */
  List<String> warnings();

  /** Maps, lists, strings and numbers, ready to be written as JSON; shares of nothing are null. */
  Map<String, @Nullable Object> json();

  /** Tables of lines, each with its end. */
  String text();
}
