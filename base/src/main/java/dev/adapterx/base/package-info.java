/**
 * The ground floor: errors, named random streams, nearest names, settings as records, files that
 * appear whole or not at all. Pure Java, so that {@code core} and {@code data} share it without
 * knowing each other.
 */
@NullMarked
package dev.adapterx.base;

import org.jspecify.annotations.NullMarked;
