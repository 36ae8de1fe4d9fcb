/** Figures as text, result lines, means and deviations. */
@NullMarked
package dev.adapterx.train.text;

import org.jspecify.annotations.NullMarked;
