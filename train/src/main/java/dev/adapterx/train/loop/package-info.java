/**
 * The training loop: optimiser, micro-batches, epochs, checkpoints; what it reports while it runs.
 */
@NullMarked
package dev.adapterx.train.loop;

import org.jspecify.annotations.NullMarked;
