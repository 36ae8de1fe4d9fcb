/** Recipe, loop, optimiser, schedules, metrics, checkpoints, run folder, report. */
@NullMarked
package dev.adapterx.train;

import org.jspecify.annotations.NullMarked;
