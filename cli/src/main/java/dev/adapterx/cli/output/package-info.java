/** Output of commands: progress, tables, JSON. */
@NullMarked
package dev.adapterx.cli.output;

import org.jspecify.annotations.NullMarked;
