package dev.adapterx.data.clouds;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;

/** Labelled point clouds. */
public interface PointDataset extends Dataset<PointCloud> {}
