package dev.adapterx.data.points;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Clouds that are refused when they are read, with their file and place, unless they can be used:
 * finite, not all one point, and large enough.
 *
 * @param atLeast points a cloud must have
 */
public record CheckedClouds(PointDataset data, int atLeast) implements PointDataset {
  @Override
  public int size() {
    return data.size();
  }

  @Override
  public int label(int i) {
    return data.label(i);
  }

  @Override
  public String name(int i) {
    return data.name(i);
  }

  @Override
  public PointCloud sample(int i) {
    return CloudCheck.requireUsable(data.sample(i), atLeast, data.where(i));
  }

  @Override
  public List<String> classes() {
    return data.classes();
  }

  @Override
  public Optional<Path> file(int i) {
    return data.file(i);
  }

  @Override
  public String where(int i) {
    return data.where(i);
  }
}
