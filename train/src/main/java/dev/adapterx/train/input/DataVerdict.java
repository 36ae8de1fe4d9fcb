package dev.adapterx.train.input;

/**
 * What {@code data check} says of a data set.
 *
 * @param json maps, lists, strings and numbers
 * @param text lines, each with its end
 * @param sound whether there is no problem; warnings do not count
 */
public record DataVerdict(Object json, String text, boolean sound) {}
