/** Swin transformers: stages of halving grids, and attention within windows. */
@NullMarked
package dev.adapterx.model.swin;

import org.jspecify.annotations.NullMarked;
