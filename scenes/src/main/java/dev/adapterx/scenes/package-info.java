/** Data sets that are computed from a name, such as {@code formula:64x100}. */
@NullMarked
package dev.adapterx.scenes;

import org.jspecify.annotations.NullMarked;
