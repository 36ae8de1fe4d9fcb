/** What happens to rows on the executors, and what is sent there for it. */
@NullMarked
package dev.adapterx.spark.score;

import org.jspecify.annotations.NullMarked;
