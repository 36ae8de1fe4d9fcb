/** Detection from a recipe to a report: keys, data, measure, predictions. */
@NullMarked
package dev.adapterx.tasks.detect;

import org.jspecify.annotations.NullMarked;
