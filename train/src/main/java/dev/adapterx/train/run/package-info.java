/** Runs: their folders, locks, progress, provenance and reports. */
@NullMarked
package dev.adapterx.train.run;

import org.jspecify.annotations.NullMarked;
