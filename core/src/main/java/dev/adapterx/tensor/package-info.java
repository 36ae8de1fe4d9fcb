/** The engine room: safe native loading, who frees what, precision, ordered named tensors. */
@NullMarked
package dev.adapterx.tensor;

import org.jspecify.annotations.NullMarked;
