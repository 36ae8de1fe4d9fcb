/** Published benchmarks: their tasks as recipes, the data they need, and published results. */
@NullMarked
package dev.adapterx.train.suite;

import org.jspecify.annotations.NullMarked;
