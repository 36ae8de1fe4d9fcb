/** Public data sets by name: their sources, downloading, unpacking and layout. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.fetch;
