/** Figures by epoch in files: CSV and TensorBoard's. */
@NullMarked
package dev.adapterx.train.log;

import org.jspecify.annotations.NullMarked;
