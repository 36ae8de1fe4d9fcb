/** How a backbone's input is prepared: sizes, normalisation, groups of points. */
@NullMarked
package dev.adapterx.model.input;

import org.jspecify.annotations.NullMarked;
