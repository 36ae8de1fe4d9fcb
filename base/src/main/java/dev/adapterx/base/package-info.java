/**
 * Foundations: exceptions, named random streams, nearest names, settings as records, atomically
 * written files. Pure Java, so that {@code core} and {@code data} share it without depending on
 * each other.
 */
@NullMarked
package dev.adapterx.base;

import org.jspecify.annotations.NullMarked;
