/**
 * A class for every point of a cloud: parts of objects, classes of scenes. {@link
 * dev.adapterx.dense.parts.PartSegmentation} is the task, {@link
 * dev.adapterx.dense.parts.PointsHead} and {@link dev.adapterx.dense.parts.PointMaeHead} are what
 * is trained for it.
 */
@NullMarked
package dev.adapterx.dense.parts;

import org.jspecify.annotations.NullMarked;
