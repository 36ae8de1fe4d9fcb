/** Targets besides a class, which are transformed with their image or cloud. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.targets;
