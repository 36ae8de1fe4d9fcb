/** Detects the kind of data in a folder or a file. */
@NullMarked
package dev.adapterx.data.sets;

import org.jspecify.annotations.NullMarked;
