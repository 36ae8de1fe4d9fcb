/** Recipes for data of which nothing is known but where they lie. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.train.preset;
