/** Adapters to and from Python's peft. */
@NullMarked
package dev.adapterx.peft.exchange;

import org.jspecify.annotations.NullMarked;
