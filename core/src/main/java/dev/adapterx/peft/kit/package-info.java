/**
 * What methods are made of, for their authors: bottlenecks, low-rank changes, tuners of single
 * layers, checks of settings.
 */
@NullMarked
package dev.adapterx.peft.kit;

import org.jspecify.annotations.NullMarked;
