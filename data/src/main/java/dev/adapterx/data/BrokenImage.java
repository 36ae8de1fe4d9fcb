package dev.adapterx.data;

/**
 * An image that could not be decoded.
 *
 * @param index its place in the data set
 * @param where its file, or its name
 * @param reason what the decoder said
 */
public record BrokenImage(int index, String where, String reason) {}
