package dev.adapterx.data.check;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Statistics of one split, as far as all kinds of samples have them. */
public interface SplitFacts {

  /** The name of the split. */
  String name();

  /** Number of samples, including repeated ones. */
  int samples();

  /** Number of samples of each class; the position is the label. */
  List<Integer> classCounts();

  /** Number of samples with the content of an earlier one of the split. */
  int repeated();

  /** The samples that cannot be read. */
  List<BrokenSample> broken();

  /** All statistics as maps, lists, strings and numbers. */
  Map<String, Object> json();

  /** Counts the labels of a data set; unlabelled samples are skipped. */
  static List<Integer> classCounts(Dataset<?> data) {
    int[] counts = new int[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      if (data.label(i) >= 0) {
        counts[data.label(i)]++;
      }
    }
    return Arrays.stream(counts).boxed().toList();
  }
}
