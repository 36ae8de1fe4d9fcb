package dev.adapterx.data;

/**
 * A sample that could not be read.
 *
 * @param index its place in the data set
 * @param where its file, or its name
 * @param reason what its reader said
 */
public record BrokenSample(int index, String where, String reason) {}
