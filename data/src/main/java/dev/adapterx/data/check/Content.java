package dev.adapterx.data.check;

import java.util.Optional;

/**
 * Identifies a sample by its content.
 *
 * @param key equal for two samples with the same content
 * @param exact of point clouds, equal only if the points are in the same order too
 */
public record Content(String key, Optional<String> exact) {}
