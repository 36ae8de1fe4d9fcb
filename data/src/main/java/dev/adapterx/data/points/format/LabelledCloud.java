package dev.adapterx.data.points.format;

import dev.adapterx.data.points.PointCloud;

/**
 * A cloud with a whole number for each of its points, as its file has them.
 *
 * @param labels of the points, in their order; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // as long as the cloud
public record LabelledCloud(PointCloud cloud, int[] labels) {}
