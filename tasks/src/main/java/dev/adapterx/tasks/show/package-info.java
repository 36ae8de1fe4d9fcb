/** Sections of reports that dense tasks share. */
@NullMarked
package dev.adapterx.tasks.show;

import org.jspecify.annotations.NullMarked;
