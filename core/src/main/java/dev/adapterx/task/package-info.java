/** Tasks: head, loss, score and prediction. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.task;
