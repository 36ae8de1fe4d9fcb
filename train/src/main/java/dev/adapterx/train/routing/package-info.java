/** Which expert got how many tokens, over an epoch and a run. */
@NullMarked
package dev.adapterx.train.routing;

import org.jspecify.annotations.NullMarked;
