/** Data sets of point clouds as they lie on disk: ScanObjectNN, ModelNet, HDF5 files, folds. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.points.set;
