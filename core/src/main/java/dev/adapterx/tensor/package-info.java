/**
 * The engine: safe native loading, ownership of native memory, precision, ordered named tensors.
 */
@NullMarked
package dev.adapterx.tensor;

import org.jspecify.annotations.NullMarked;
