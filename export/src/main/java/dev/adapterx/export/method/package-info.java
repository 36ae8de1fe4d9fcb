/**
 * What methods do around blocks, said once more as graphs: the twins of their tuners. A test holds
 * both together, for every method there is.
 */
@NullMarked
package dev.adapterx.export.method;

import org.jspecify.annotations.NullMarked;
