/** Backbones, their presets and how one is read from a file's own configuration. */
@NullMarked
package dev.adapterx.model;

import org.jspecify.annotations.NullMarked;
