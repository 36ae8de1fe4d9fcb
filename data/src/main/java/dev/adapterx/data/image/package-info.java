/** Pixels: PIL-exact resize, augmentation, geometry. */
@NullMarked
package dev.adapterx.data.image;

import org.jspecify.annotations.NullMarked;
