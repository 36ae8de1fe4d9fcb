/**
 * How each task is served: what a sample becomes before it waits, what is said of it, and in which
 * forms. A task of one's own is served by a {@link dev.adapterx.serve.task.ServedTask} on the class
 * path.
 */
@NullMarked
package dev.adapterx.serve.task;

import org.jspecify.annotations.NullMarked;
