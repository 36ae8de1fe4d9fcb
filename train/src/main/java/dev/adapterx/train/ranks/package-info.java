/** Ranks: processes that train one model together, each on its share of every batch. */
@NullMarked
package dev.adapterx.train.ranks;

import org.jspecify.annotations.NullMarked;
