/** Published benchmarks: their tasks as recipes, what data they need, and what papers report. */
@NullMarked
package dev.adapterx.train.suite;

import org.jspecify.annotations.NullMarked;
