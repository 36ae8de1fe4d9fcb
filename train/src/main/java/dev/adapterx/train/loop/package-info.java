/** The training loop: optimiser, micro-batches, epochs, checkpoints, and the events it reports. */
@NullMarked
package dev.adapterx.train.loop;

import org.jspecify.annotations.NullMarked;
