/** What is trained, on what and how, as YAML has it. */
@NullMarked
package dev.adapterx.train.recipe;

import org.jspecify.annotations.NullMarked;
