/** One picocli class per command; the only package that prints and exits. */
@NullMarked
package dev.adapterx.cli;

import org.jspecify.annotations.NullMarked;
