/** Python's pickles, read without running anything. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.base.pickle;
