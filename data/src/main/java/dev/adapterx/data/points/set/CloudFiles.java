package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.points.CloudCheck;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.UnitSphere;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A text file per cloud, read on demand, each scaled into the unit sphere. */
record CloudFiles(List<Entry> entries, List<String> classes, Optional<CloudCache> cache)
    implements Dataset<PointCloud> {

  /**
   * One file.
   *
   * @param name path relative to the data set, with {@code /}
   */
  record Entry(Path file, String name, int label) {}

  CloudFiles {
    entries = List.copyOf(entries);
    classes = List.copyOf(classes);
  }

  /** The same clouds through a cache file, which is created if necessary. */
  CloudFiles cached(Path file) {
    StringBuilder source = new StringBuilder();
    for (Entry entry : entries) {
      try {
        source.append(entry.name()).append(' ').append(Files.size(entry.file()));
        source.append(' ').append(Files.getLastModifiedTime(entry.file()).toMillis()).append('\n');
      } catch (IOException e) {
        throw new DataException(
            "Could not read the size of " + entry.file() + ": " + Reason.of(e), e);
      }
    }
    byte[] sha = HexFormat.of().parseHex(Fingerprint.of(source.toString()));
    CloudCache made =
        CloudCache.of(file, sha, entries.size(), i -> CloudText.read(entries.get(i).file()));
    return new CloudFiles(entries, classes, Optional.of(made));
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public int label(int i) {
    return entries.get(i).label();
  }

  @Override
  public String name(int i) {
    return entries.get(i).name();
  }

  @Override
  public PointCloud sample(int i) {
    float[] xyz = cache.isPresent() ? cache.get().cloud(i) : CloudText.read(entries.get(i).file());
    PointCloud cloud = CloudCheck.requireUsable(new PointCloud(xyz).finite(where(i)), 1, where(i));
    return new UnitSphere().apply(cloud, Rng.of(0, "unit sphere")); // draws nothing
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(entries.get(i).file());
  }
}
