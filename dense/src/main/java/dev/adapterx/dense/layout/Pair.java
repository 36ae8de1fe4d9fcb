package dev.adapterx.dense.layout;

import java.nio.file.Path;

/**
 * A picture and its mask.
 *
 * @param name of the picture relative to the data set, with {@code /}: the same on every machine
 */
record Pair(Path picture, Path mask, String name) {}
