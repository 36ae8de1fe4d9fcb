/** Progress at the bottom of a terminal. */
@NullMarked
package dev.adapterx.cli.terminal;

import org.jspecify.annotations.NullMarked;
