package dev.adapterx.data.clouds;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.CloudCheck;
import dev.adapterx.data.points.PointCloud;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks clouds when they are read, and refuses those that cannot be used, naming their file and
 * place: they must be finite, not all one point, and large enough. Counts the points that were left
 * out of each.
 */
public final class CheckedClouds implements Dataset<PointCloud> {
  private final Dataset<PointCloud> data;
  private final int atLeast;
  private final Map<Integer, String> notes = new ConcurrentHashMap<>();

  /**
   * @param atLeast least number of points of a cloud
   */
  public CheckedClouds(Dataset<PointCloud> data, int atLeast) {
    this.data = data;
    this.atLeast = atLeast;
  }

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
    PointCloud cloud = data.sample(i);
    if (cloud.leftOut() > 0) {
      notes.put(
          i,
          "%d of %d points left out, which have no finite coordinates"
              .formatted(cloud.leftOut(), cloud.leftOut() + cloud.size()));
    }
    return CloudCheck.requireUsable(cloud, atLeast, data.where(i));
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

  @Override
  public Optional<String> note(int i) {
    return Optional.ofNullable(notes.get(i));
  }
}
