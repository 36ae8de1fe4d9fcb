/** Computed objects whose points know of which part they are. */
@NullMarked
package dev.adapterx.scenes.parts;

import org.jspecify.annotations.NullMarked;
