/** Data sets of pictures: layouts, checks, the way into batches. */
@NullMarked
package dev.adapterx.data.images;

import org.jspecify.annotations.NullMarked;
