/** Weight files: safetensors, torch, npz; the naming scheme of each source. */
@NullMarked
package dev.adapterx.weights;

import org.jspecify.annotations.NullMarked;
