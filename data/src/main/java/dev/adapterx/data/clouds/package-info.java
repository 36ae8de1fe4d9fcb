/** Data sets of point clouds in folders. */
@NullMarked
package dev.adapterx.data.clouds;

import org.jspecify.annotations.NullMarked;
