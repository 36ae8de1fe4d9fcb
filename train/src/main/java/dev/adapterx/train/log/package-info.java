/** Metrics by epoch in files: JSON lines, CSV and TensorBoard's events. */
@NullMarked
package dev.adapterx.train.log;

import org.jspecify.annotations.NullMarked;
