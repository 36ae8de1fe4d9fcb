/** Frozen linear layers in int8 in evaluation, but for those whose inputs have outliers. */
@NullMarked
package dev.adapterx.model.int8;

import org.jspecify.annotations.NullMarked;
