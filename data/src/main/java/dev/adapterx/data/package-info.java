/** Data sets as plain arrays: layouts, loading ahead, checks. No native code. */
@NullMarked
package dev.adapterx.data;

import org.jspecify.annotations.NullMarked;
