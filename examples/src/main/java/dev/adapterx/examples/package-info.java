/** Small whole programs, written as a stranger to the library would; {@code docs/java.md}. */
package dev.adapterx.examples;
