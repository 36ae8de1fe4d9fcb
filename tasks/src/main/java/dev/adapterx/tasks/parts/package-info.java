/** A class for every point of a cloud, from a recipe to a report. */
@NullMarked
package dev.adapterx.tasks.parts;

import org.jspecify.annotations.NullMarked;
