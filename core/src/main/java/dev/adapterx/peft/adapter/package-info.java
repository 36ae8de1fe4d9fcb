/** Bottleneck adapters beside or behind the frozen layers. */
@NullMarked
package dev.adapterx.peft.adapter;

import org.jspecify.annotations.NullMarked;
