/** Draws from distributions, and folders of generated data sets. */
@NullMarked
package dev.adapterx.scenes.draw;

import org.jspecify.annotations.NullMarked;
