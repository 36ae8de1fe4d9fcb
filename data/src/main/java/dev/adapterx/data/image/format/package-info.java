/** Decoding of image files. */
@NullMarked
package dev.adapterx.data.image.format;

import org.jspecify.annotations.NullMarked;
