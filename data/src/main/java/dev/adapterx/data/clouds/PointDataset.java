package dev.adapterx.data.clouds;

import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.Dataset;

/** Labelled point clouds. */
public interface PointDataset extends Dataset<PointCloud> {}
