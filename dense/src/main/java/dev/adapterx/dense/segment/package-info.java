/**
 * Semantic segmentation: a class for every pixel. {@link dev.adapterx.dense.segment.Segmentation}
 * is the task, {@link dev.adapterx.dense.segment.PixelHead} what is trained for it, {@link
 * dev.adapterx.dense.picture.Windows} how a picture of any size is seen.
 */
@NullMarked
package dev.adapterx.dense.segment;

import org.jspecify.annotations.NullMarked;
