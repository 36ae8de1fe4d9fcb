package dev.adapterx.model;

/**
 * Where a backbone comes from.
 *
 * @param name the preset or file it was read from
 * @param source the naming its file used: {@code timm}, {@code hf-vit}, {@code google-npz}, {@code
 *     initial}
 * @param sha256 of its tensors' names, shapes and values as stored: the same weights have the same,
 *     whatever file they came in
 * @param preprocessingSource which file or rule its preprocessing was taken from
 */
public record BackboneInfo(String name, String source, String sha256, String preprocessingSource) {}
