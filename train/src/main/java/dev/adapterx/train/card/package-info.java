/** The model card beside an adapter: what it is, its measured results, how to load it. */
@NullMarked
package dev.adapterx.train.card;

import org.jspecify.annotations.NullMarked;
