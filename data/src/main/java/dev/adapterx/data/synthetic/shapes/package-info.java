/** Shapes in space computed from formulas, as point clouds. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.synthetic.shapes;
