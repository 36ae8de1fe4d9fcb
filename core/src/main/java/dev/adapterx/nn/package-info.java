/** Layers as records of tensors with a {@code forward}; names are timm's, letter by letter. */
@NullMarked
package dev.adapterx.nn;

import org.jspecify.annotations.NullMarked;
