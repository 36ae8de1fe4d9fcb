/** What a backbone wants to see: sizes, normalisation, groups of points. */
@NullMarked
package dev.adapterx.model.input;

import org.jspecify.annotations.NullMarked;
