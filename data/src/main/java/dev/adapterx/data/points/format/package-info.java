/** Point cloud and mesh files: one small reader per format, and points sampled from surfaces. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.points.format;
