package dev.adapterx.dense.cloud;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a finder found.
 *
 * @param description of the layout, in words
 * @param splits clouds by split
 * @param code what values mean; absent where no file and no benchmark says so
 * @param block side of the columns that scenes of this kind are usually seen through; 0: objects,
 *     seen whole
 * @param left what was left out, in words
 */
record CloudSplits(
    String description,
    Map<String, List<CloudEntry>> splits,
    @Nullable CloudCode code,
    double block,
    List<String> left) {
  CloudSplits {
    splits = Collections.unmodifiableMap(new LinkedHashMap<>(splits));
    left = List.copyOf(left);
  }
}
