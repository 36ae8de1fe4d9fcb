/** Arguments that several commands have in common. */
@NullMarked
package dev.adapterx.cli.arguments;

import org.jspecify.annotations.NullMarked;
