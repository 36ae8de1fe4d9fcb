/**
 * Models by name: a client of the Hugging Face hub that keeps its files where Python's {@code
 * huggingface_hub} keeps them, so that what one fetched the other finds. Pure Java.
 */
@NullMarked
package dev.adapterx.hub;

import org.jspecify.annotations.NullMarked;
