/** Point clouds: what they are, sampling, grouping, augmentation. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.points;
