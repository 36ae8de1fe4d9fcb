/** The first run of all methods on computed data, and its report. */
@NullMarked
package dev.adapterx.train.quickstart;

import org.jspecify.annotations.NullMarked;
