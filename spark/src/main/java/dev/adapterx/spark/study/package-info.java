/** Studies as they are sent to executors. */
@NullMarked
package dev.adapterx.spark.study;

import org.jspecify.annotations.NullMarked;
