package dev.adapterx.dense.picture;

/** Where a square stands in a resized picture, in pixels. */
public record Place(int left, int top) {}
