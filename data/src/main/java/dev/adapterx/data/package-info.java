/** Samples, batches and their loading ahead; names of classes and files. No native code. */
@NullMarked
package dev.adapterx.data;

import org.jspecify.annotations.NullMarked;
