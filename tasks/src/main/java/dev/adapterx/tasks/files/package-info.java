/** What dense tasks write of predictions, alike for all of them. */
@NullMarked
package dev.adapterx.tasks.files;

import org.jspecify.annotations.NullMarked;
