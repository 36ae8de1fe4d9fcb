package dev.adapterx.data;

/**
 * An input and what is to be learned of it, where both are read together and changed together: a
 * picture and its mask, for example.
 *
 * @param <S> what the network sees
 * @param <T> the target
 */
public record Sample<S, T>(S input, T target) {}
