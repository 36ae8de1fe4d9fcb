/** What is learned, as a type: head, loss, score and prediction of a task. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.task;
