package dev.adapterx.data.points.set;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Clouds held in memory.
 *
 * @param classes position = label
 */
public record CloudList(List<Sample> samples, List<String> classes) implements Dataset<PointCloud> {

  /**
   * One cloud of a file that contains many.
   *
   * @param cloud points, some of which may not be finite and are left out when it is read
   * @param place its index in the file
   */
  public record Sample(PointCloud cloud, int label, Path file, String place) {}

  public CloudList {
    samples = List.copyOf(samples);
    classes = List.copyOf(classes);
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public int label(int i) {
    return samples.get(i).label();
  }

  /** For example {@code psb_train.h5[12]}. */
  @Override
  public String name(int i) {
    Sample sample = samples.get(i);
    return sample.file().getFileName() + "[" + sample.place() + "]";
  }

  @Override
  public PointCloud sample(int i) {
    return samples.get(i).cloud().finite(where(i));
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(samples.get(i).file());
  }

  @Override
  public String where(int i) {
    Sample sample = samples.get(i);
    return sample.file() + "[" + sample.place() + "]";
  }
}
