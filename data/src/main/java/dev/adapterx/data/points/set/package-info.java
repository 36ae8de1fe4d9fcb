/**
 * Data sets of point clouds in their published layouts: ScanObjectNN, ModelNet, HDF5 files, folds.
 */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.points.set;
