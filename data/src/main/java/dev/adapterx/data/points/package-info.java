/** Point clouds: representation, sampling, grouping, augmentation. */
@org.jspecify.annotations.NullMarked
package dev.adapterx.data.points;
