package dev.adapterx.dense.cloud;

import dev.adapterx.data.points.format.LabelledCloud;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cloud with labels that was found and not read.
 *
 * @param name below the data set, or a generated one
 * @param file that it lies in
 * @param category what it is; absent where that is not said
 * @param reading reads it; labels are the data set's values
 */
record CloudEntry(
    String name, Path file, @Nullable String category, Supplier<LabelledCloud> reading) {}
