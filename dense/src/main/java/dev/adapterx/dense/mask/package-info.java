/**
 * A class for every pixel ({@link dev.adapterx.data.targets.ClassMask}), and the pixels of one
 * object ({@link RunLength}).
 */
@NullMarked
package dev.adapterx.dense.mask;

import org.jspecify.annotations.NullMarked;
