/** What came of runs: predictions, measurements, ensembles, tables. */
@NullMarked
package dev.adapterx.train.result;

import org.jspecify.annotations.NullMarked;
