/**
 * Pictures with boxes on disk: how data sets hold them ({@link
 * dev.adapterx.dense.boxes.BoxLayout}), and their way into a batch. Layouts are found by {@link
 * dev.adapterx.dense.boxes.BoxLayoutKind}, which other jars may add to.
 */
@NullMarked
package dev.adapterx.dense.boxes;

import org.jspecify.annotations.NullMarked;
