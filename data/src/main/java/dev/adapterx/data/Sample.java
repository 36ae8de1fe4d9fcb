package dev.adapterx.data;

/**
 * An input and its target, where both are read and augmented together: an image and its mask, for
 * example.
 *
 * @param <S> the network's input
 * @param <T> the target
 */
public record Sample<S, T>(S input, T target) {}
