/** What commands print: progress, tables, JSON. */
@NullMarked
package dev.adapterx.cli.output;

import org.jspecify.annotations.NullMarked;
