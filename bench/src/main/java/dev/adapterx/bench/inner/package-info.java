/**
 * The inner parts by themselves, under JMH: {@code adapterx bench --inner}. Fields are filled by
 * its set-up, after construction.
 */
@org.jspecify.annotations.NullUnmarked
package dev.adapterx.bench.inner;
