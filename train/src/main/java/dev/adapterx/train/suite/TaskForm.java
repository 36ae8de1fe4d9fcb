package dev.adapterx.train.suite;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task before the location of its data is known.
 *
 * @param training split of the final training
 * @param test split its result is measured on
 * @param tuningTraining training split for choosing hyper-parameters; absent: the suite has none
 * @param tuningTest evaluation split for choosing them
 * @param data further keys of the recipe's data section
 */
record TaskForm(
    String name,
    @Nullable String group,
    DataPlace place,
    String training,
    String test,
    @Nullable String tuningTraining,
    @Nullable String tuningTest,
    List<String> data,
    @Nullable Double scale) {}
