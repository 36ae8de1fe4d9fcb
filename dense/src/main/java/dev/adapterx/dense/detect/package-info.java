/**
 * Detection: boxes around objects. {@link dev.adapterx.dense.detect.Detection} is the task, {@link
 * dev.adapterx.dense.detect.BoxHead} what is trained for it, {@link
 * dev.adapterx.dense.detect.Places} where objects are looked for, {@link
 * dev.adapterx.dense.picture.Tiles} how a picture of any size is seen.
 */
@NullMarked
package dev.adapterx.dense.detect;

import org.jspecify.annotations.NullMarked;
