/**
 * Measures the library as its users run it, alone or in turn with Python libraries for the same
 * work. Depends on all modules; no module depends on it.
 */
@org.jspecify.annotations.NullMarked
package dev.adapterx.bench;
