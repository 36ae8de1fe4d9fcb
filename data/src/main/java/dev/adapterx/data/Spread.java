package dev.adapterx.data;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Smallest, middle (the lower one of two) and largest of some numbers; zeros for none. */
public record Spread(int min, int median, int max) {
  public static Spread of(int[] values) {
    if (values.length == 0) {
      return new Spread(0, 0, 0);
    }
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
  }

  /** For reports in JSON. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("min", min);
    json.put("median", median);
    json.put("max", max);
    return json;
  }

  @Override
  public String toString() {
    return min == max ? Integer.toString(min) : min + " … " + median + " … " + max;
  }
}
