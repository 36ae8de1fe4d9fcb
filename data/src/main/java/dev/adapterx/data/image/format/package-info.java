/** Decoding of picture files. */
@NullMarked
package dev.adapterx.data.image.format;

import org.jspecify.annotations.NullMarked;
