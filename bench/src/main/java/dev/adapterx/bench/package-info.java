/**
 * Measures the library as its users meet it, alone or in turn with what Python offers for the same
 * work. Sees all rooms; no room sees it.
 */
@org.jspecify.annotations.NullMarked
package dev.adapterx.bench;
