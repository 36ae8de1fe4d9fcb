/** A class for every pixel ({@link Mask}), and the pixels of one object ({@link RunLength}). */
@NullMarked
package dev.adapterx.dense.mask;

import org.jspecify.annotations.NullMarked;
