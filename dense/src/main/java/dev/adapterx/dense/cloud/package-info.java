/**
 * How folders hold clouds whose points have classes: {@link dev.adapterx.dense.cloud.CloudLayout}
 * finds which of the known ways it is, and opens splits.
 */
@NullMarked
package dev.adapterx.dense.cloud;

import org.jspecify.annotations.NullMarked;
