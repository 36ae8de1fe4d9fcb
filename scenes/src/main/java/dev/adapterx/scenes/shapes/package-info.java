/** Shapes in space computed from formulas, as point clouds. */
@NullMarked
package dev.adapterx.scenes.shapes;

import org.jspecify.annotations.NullMarked;
