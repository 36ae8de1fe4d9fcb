package dev.adapterx.data.points;

import dev.adapterx.data.Dataset;

/** Labelled point clouds. */
public interface PointDataset extends Dataset<PointCloud> {}
