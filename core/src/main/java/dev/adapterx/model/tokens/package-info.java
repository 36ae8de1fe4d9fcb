/** Tokens as values: embeddings with their grid and positions, class tokens, pooling. */
@NullMarked
package dev.adapterx.model.tokens;

import org.jspecify.annotations.NullMarked;
