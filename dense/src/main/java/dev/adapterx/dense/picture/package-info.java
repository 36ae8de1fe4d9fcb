/** The way of a picture and its mask to a batch: augmentation, windows, numbers. */
@NullMarked
package dev.adapterx.dense.picture;

import org.jspecify.annotations.NullMarked;
