/**
 * Checks of data sets of any kind of sample: counts, broken samples, overlaps, published counts.
 */
@NullMarked
package dev.adapterx.data.check;

import org.jspecify.annotations.NullMarked;
