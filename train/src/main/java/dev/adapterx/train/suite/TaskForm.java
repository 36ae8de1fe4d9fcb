package dev.adapterx.train.suite;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task before it is known where the data lie.
 *
 * @param training split of the final training
 * @param test split its result is measured on
 * @param tuningTraining split to train on while choosing hyper-parameters; absent: the suite has
 *     none
 * @param tuningTest split to choose them on
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
