/**
 * Pictures with masks on disk: how folders hold them ({@link
 * dev.adapterx.dense.layout.MaskLayout}), what the values of masks mean ({@link
 * dev.adapterx.dense.layout.MaskCode}), and their way into a batch.
 */
@NullMarked
package dev.adapterx.dense.layout;

import org.jspecify.annotations.NullMarked;
