/** Boxes around objects, and which of many predicted ones are kept. */
@NullMarked
package dev.adapterx.dense.box;

import org.jspecify.annotations.NullMarked;
