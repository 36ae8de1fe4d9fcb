/** Pixels: decoding, PIL-exact resize, augmentation. */
@NullMarked
package dev.adapterx.data.image;

import org.jspecify.annotations.NullMarked;
