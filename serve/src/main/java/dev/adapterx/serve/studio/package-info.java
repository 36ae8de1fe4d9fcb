/**
 * Samples that are collected by hand and adapters that are trained of them, in a process of its
 * own: a training that runs out of memory ends no server, and gives way to requests.
 */
@NullMarked
package dev.adapterx.serve.studio;

import org.jspecify.annotations.NullMarked;
