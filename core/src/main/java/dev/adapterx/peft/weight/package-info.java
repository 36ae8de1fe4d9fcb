/** Changes of the frozen weights that have few parameters. */
@NullMarked
package dev.adapterx.peft.weight;

import org.jspecify.annotations.NullMarked;
