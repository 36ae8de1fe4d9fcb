/** Segmentation from a recipe to a report: keys, samples, sections, figures and files. */
@NullMarked
package dev.adapterx.tasks.segment;

import org.jspecify.annotations.NullMarked;
