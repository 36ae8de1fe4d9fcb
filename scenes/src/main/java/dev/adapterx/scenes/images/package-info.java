/** Images computed from formulas, and those of the quickstart. */
@NullMarked
package dev.adapterx.scenes.images;

import org.jspecify.annotations.NullMarked;
