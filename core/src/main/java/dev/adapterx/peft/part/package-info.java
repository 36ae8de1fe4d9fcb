/**
 * Methods that train parts of the backbone itself, or scale and shift what it computes; the linear
 * probe and full fine-tuning as the two ends.
 */
@NullMarked
package dev.adapterx.peft.part;

import org.jspecify.annotations.NullMarked;
