package dev.adapterx.dense.layout;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A picture and its mask.
 *
 * @param name of the picture relative to the data set, with {@code /}: the same on every machine
 * @param segments what the mask's values mean, where each mask has its own; absent: what the data
 *     set's mean
 */
record Pair(Path picture, Path mask, String name, @Nullable Segments segments) {
  Pair(Path picture, Path mask, String name) {
    this(picture, mask, name, null);
  }
}
