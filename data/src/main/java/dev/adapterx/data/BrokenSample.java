package dev.adapterx.data;

/**
 * A sample that could not be read.
 *
 * @param index of the sample in the data set
 * @param where its file, or its name
 * @param reason the reader's error message
 */
public record BrokenSample(int index, String where, String reason) {}
