/** Public data sets by name: where they come from, how they are fetched, unpacked and laid out. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.fetch;
