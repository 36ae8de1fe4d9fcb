/** Targets of images besides a class, which are transformed with their image. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.targets;
