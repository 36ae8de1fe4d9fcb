/** JSON files of annotations, of any size. */
@NullMarked
package dev.adapterx.dense.json;

import org.jspecify.annotations.NullMarked;
