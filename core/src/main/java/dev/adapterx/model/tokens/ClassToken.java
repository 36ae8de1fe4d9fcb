package dev.adapterx.model.tokens;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The class token, with its position if the backbone keeps positions separately.
 *
 * @param token (1, 1, D)
 * @param position (1, 1, D), or absent
 */
public record ClassToken(Tensor token, @Nullable Tensor position) {}
