/** Key frames of VP8, which are what a lossy WebP holds. */
@NullMarked
package dev.adapterx.data.image.vp8;

import org.jspecify.annotations.NullMarked;
