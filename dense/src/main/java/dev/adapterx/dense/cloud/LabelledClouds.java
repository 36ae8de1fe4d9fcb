package dev.adapterx.dense.cloud;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.points.CloudCheck;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.LabelledCloud;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.parts.Category;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Clouds with a class for every point. */
public final class LabelledClouds implements Dataset<Sample<PointCloud, PointLabels>> {
  private final List<CloudEntry> entries;
  private final CloudCode code;

  LabelledClouds(List<CloudEntry> entries, CloudCode code) {
    this.entries = List.copyOf(entries);
    this.code = code;
  }

  @Override
  public int size() {
    return entries.size();
  }

  /** The category of a cloud, so that parts of a data set can have all of them. */
  @Override
  public int label(int i) {
    List<String> names = code.categories().stream().map(Category::name).toList();
    return names.indexOf(String.valueOf(entries.get(i).category()));
  }

  @Override
  public String name(int i) {
    return entries.get(i).name();
  }

  @Override
  public Sample<PointCloud, PointLabels> sample(int i) {
    CloudEntry entry = entries.get(i);
    LabelledCloud read = entry.reading().get();
    CloudCheck.requireUsable(read.cloud(), 1, where(i));
    return new Sample<>(read.cloud(), code.decode(read, entry.category(), where(i)));
  }

  /** Whether a point has a class. */
  @Override
  public boolean hasTarget(int i) {
    for (short found : sample(i).target().classes()) {
      if (found != ClassMask.IGNORED) {
        return true;
      }
    }
    return false;
  }

  /** Names of the classes of points. */
  @Override
  public List<String> classes() {
    return code.classes();
  }

  /** What values mean. */
  public CloudCode code() {
    return code;
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(entries.get(i).file());
  }

  @Override
  public String where(int i) {
    CloudEntry entry = entries.get(i);
    String file = entry.file().toString();
    return file.replace('\\', '/').endsWith(entry.name()) ? file : file + ", " + entry.name();
  }
}
