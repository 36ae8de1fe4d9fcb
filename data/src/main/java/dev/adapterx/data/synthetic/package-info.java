/** Images and point clouds computed from formulas: for pre-training and for the quickstarts. */
@NullMarked
package dev.adapterx.data.synthetic;

import org.jspecify.annotations.NullMarked;
