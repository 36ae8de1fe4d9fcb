/** Tokens that are learned. */
@NullMarked
package dev.adapterx.peft.prompt;

import org.jspecify.annotations.NullMarked;
