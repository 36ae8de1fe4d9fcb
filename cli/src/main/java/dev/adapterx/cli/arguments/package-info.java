/** Arguments shared by several commands. */
@NullMarked
package dev.adapterx.cli.arguments;

import org.jspecify.annotations.NullMarked;
