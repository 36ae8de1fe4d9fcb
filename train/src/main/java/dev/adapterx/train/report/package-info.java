/** The report of a run or a comparison: report.html with its charts and tables. */
@NullMarked
package dev.adapterx.train.report;

import org.jspecify.annotations.NullMarked;
