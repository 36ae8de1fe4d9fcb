/** Weight files: safetensors, torch, npz; the naming of each source; the adapter file. */
@NullMarked
package dev.adapterx.weights;

import org.jspecify.annotations.NullMarked;
