package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Labelled clouds in HDF5 files: {@code data} (N, P, at least 3) and one label per cloud. */
final class H5Clouds {
  private static final String CLOUDS = "data";

  private H5Clouds() {}

  /** The largest label in some files; below 0 when no cloud has a class. */
  static int largestLabel(List<Path> files, String label) {
    int largest = -1;
    for (Path file : files) {
      try (H5File h5 = H5File.open(file)) {
        for (int value : h5.labels(label)) {
          largest = Math.max(largest, value);
        }
      }
    }
    return largest;
  }

  /** The clouds of some files one after the other, without those whose label is below 0. */
  static PointData read(
      PointLayout layout, String split, List<Path> files, String label, List<String> classes) {
    List<CloudList.Sample> samples = new ArrayList<>();
    int left = 0;
    for (Path file : files) {
      left += read(file, label, classes, samples);
    }
    if (samples.isEmpty()) {
      throw new DataException(
          "%s: split %s: all labels of '%s' are below 0, which means no class"
              .formatted(layout.root(), split, label));
    }
    List<String> notes =
        left == 0 ? List.of() : List.of(left + " clouds of no class (label below 0) left out");
    return new PointData(layout, split, new CloudList(samples, classes), notes);
  }

  /** The clouds of some files one after the other; labels are ignored. */
  static CloudList unlabelled(List<Path> files) {
    List<CloudList.Sample> samples = new ArrayList<>();
    for (Path file : files) {
      try (H5File h5 = H5File.open(file)) {
        PointCloud[] clouds = h5.clouds(CLOUDS);
        for (int i = 0; i < clouds.length; i++) {
          samples.add(
              new CloudList.Sample(clouds[i], Dataset.UNLABELLED, file, Integer.toString(i)));
        }
      }
    }
    return new CloudList(samples, List.of());
  }

  /** Number of clouds that {@link #read} would find; only labels are read. */
  static int count(List<Path> files, String label, List<String> classes) {
    int count = 0;
    for (Path file : files) {
      try (H5File h5 = H5File.open(file)) {
        int[] labels = h5.labels(label);
        for (int i = 0; i < labels.length; i++) {
          requireClass(file, label, labels[i], i, classes);
          count += labels[i] >= 0 ? 1 : 0;
        }
      }
    }
    return count;
  }

  private static void requireClass(
      Path file, String dataset, int label, int index, List<String> classes) {
    if (label >= classes.size()) {
      throw new DataException(
          "%s: dataset '%s', index %d: expected a label 0 … %d, found %d"
              .formatted(file, dataset, index, classes.size() - 1, label));
    }
  }

  private static int read(
      Path file, String label, List<String> classes, List<CloudList.Sample> samples) {
    int[] labels;
    PointCloud[] clouds;
    try (H5File h5 = H5File.open(file)) {
      labels = h5.labels(label);
      clouds = h5.clouds(CLOUDS);
    }
    if (labels.length != clouds.length) {
      throw new DataException(
          "%s: dataset '%s' has %d clouds but '%s' has %d labels; expected one for each"
              .formatted(file, CLOUDS, clouds.length, label, labels.length));
    }
    int left = 0;
    for (int i = 0; i < clouds.length; i++) {
      requireClass(file, label, labels[i], i, classes);
      if (labels[i] < 0) {
        left++;
      } else {
        samples.add(new CloudList.Sample(clouds[i], labels[i], file, Integer.toString(i)));
      }
    }
    return left;
  }
}
