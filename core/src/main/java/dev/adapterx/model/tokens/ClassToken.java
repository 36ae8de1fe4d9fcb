package dev.adapterx.model.tokens;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The token that gathers what the whole input is, with its own position where the backbone keeps
 * positions apart.
 *
 * @param token (1, 1, D)
 * @param position (1, 1, D), or absent
 */
public record ClassToken(Tensor token, @Nullable Tensor position) {}
