package dev.adapterx.dense.layout;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a folder.
 *
 * @param description in words
 * @param splits by name
 * @param code what masks' values mean; absent where no file says so
 * @param photographs whether they are the user's own pictures, which may lie turned as their EXIF
 *     tags say, and not a published benchmark's
 */
record MaskSplits(
    String description, Map<String, Pairs> splits, @Nullable MaskCode code, boolean photographs) {
  MaskSplits {
    splits = Collections.unmodifiableMap(new LinkedHashMap<>(splits));
  }
}
