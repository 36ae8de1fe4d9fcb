/** Training on executors: a DataFrame as a folder that all of them see, and ranks as tasks. */
@NullMarked
package dev.adapterx.spark.fit;

import org.jspecify.annotations.NullMarked;
