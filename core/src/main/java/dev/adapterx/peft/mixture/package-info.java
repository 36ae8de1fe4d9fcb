/**
 * Mixtures of adapters, Adapter-X first: experts that blocks share, and a router that sends each
 * token to one.
 */
@NullMarked
package dev.adapterx.peft.mixture;

import org.jspecify.annotations.NullMarked;
