package dev.adapterx.dense.segment;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of a picture, or of a cloud, a class has.
 *
 * @param index of the class
 * @param share of all pixels or points, 0 … 1
 */
public record PixelShare(String label, int index, double share) {
  /**
   * Of the classes that are there, the largest first.
   *
   * @param classes of pixels or points, none of them ignored
   * @param labels position = index
   */
  public static List<PixelShare> of(short[] classes, List<String> labels) {
    int[] counts = new int[labels.size()];
    for (short found : classes) {
      counts[found]++;
    }
    return IntStream.range(0, counts.length)
        .filter(c -> counts[c] > 0)
        .boxed()
        .sorted(Comparator.comparingInt(c -> -counts[c]))
        .map(c -> new PixelShare(labels.get(c), c, (double) counts[c] / classes.length))
        .toList();
  }
}
