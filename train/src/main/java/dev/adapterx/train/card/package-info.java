/** The model card beside an adapter: what it is, what it was measured at, how to load it. */
@NullMarked
package dev.adapterx.train.card;

import org.jspecify.annotations.NullMarked;
