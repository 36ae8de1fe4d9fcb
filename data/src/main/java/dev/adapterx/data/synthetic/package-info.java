/** Images computed from formulas: for pre-training without pictures and for the quickstart. */
@NullMarked
package dev.adapterx.data.synthetic;

import org.jspecify.annotations.NullMarked;
