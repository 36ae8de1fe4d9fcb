/**
 * Models by name: a client of the Hugging Face hub that shares the cache of Python's {@code
 * huggingface_hub}, so that either finds what the other has downloaded. Pure Java.
 */
@NullMarked
package dev.adapterx.hub;

import org.jspecify.annotations.NullMarked;
