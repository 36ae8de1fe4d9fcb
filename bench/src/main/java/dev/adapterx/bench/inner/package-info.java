/**
 * Benchmarks of single components, under JMH: {@code adapterx bench --inner}. JMH's set-up fills
 * the fields after construction.
 */
@org.jspecify.annotations.NullUnmarked
package dev.adapterx.bench.inner;
