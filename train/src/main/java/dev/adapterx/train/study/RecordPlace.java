package dev.adapterx.train.study;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the result of a run is kept beside the runs, and under which names.
 *
 * @param file see {@link RunRecord}
 * @param group of the task; absent: none
 */
public record RecordPlace(Path file, String task, @Nullable String group, String variant) {}
