/** What a run leaves to look at: report.html, TensorBoard events, metrics, the result line. */
@NullMarked
package dev.adapterx.train.report;

import org.jspecify.annotations.NullMarked;
