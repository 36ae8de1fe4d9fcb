package dev.adapterx.data.check;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A split that could be opened.
 *
 * @param classes position = label
 * @param names of the samples, by index
 * @param contents of the samples, by index; empty for those that cannot be read
 */
public record CheckedSplit<F extends SplitFacts>(
    F facts,
    List<String> classes,
    IntFunction<String> names,
    IntFunction<Optional<Content>> contents) {}
