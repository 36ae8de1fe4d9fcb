/** Routing statistics: the share of tokens of each expert, over an epoch and a run. */
@NullMarked
package dev.adapterx.train.routing;

import org.jspecify.annotations.NullMarked;
