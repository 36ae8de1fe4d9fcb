/** From a recipe's data to samples that a backbone takes, and how samples are shown. */
@NullMarked
package dev.adapterx.train.input;

import org.jspecify.annotations.NullMarked;
