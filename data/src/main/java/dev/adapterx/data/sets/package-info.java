/** What kind of data a folder or a file holds. */
@NullMarked
package dev.adapterx.data.sets;

import org.jspecify.annotations.NullMarked;
