package dev.adapterx.tasks.parts;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.PointLabels;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Scenes of which an epoch draws several columns; each is read once while the memory suffices. */
final class Columns implements Dataset<Sample<PointCloud, PointLabels>> {
  private final Dataset<Sample<PointCloud, PointLabels>> scenes;
  private final int draws;
  private final AtomicReferenceArray<@Nullable SoftReference<Sample<PointCloud, PointLabels>>> read;

  Columns(Dataset<Sample<PointCloud, PointLabels>> scenes, int draws) {
    this.scenes = scenes;
    this.draws = draws;
    this.read = new AtomicReferenceArray<>(scenes.size());
  }

  @Override
  public int size() {
    return Math.multiplyExact(scenes.size(), draws);
  }

  @Override
  public int label(int i) {
    return scenes.label(i / draws);
  }

  @Override
  public String name(int i) {
    return scenes.name(i / draws);
  }

  @Override
  public Sample<PointCloud, PointLabels> sample(int i) {
    int scene = i / draws;
    SoftReference<Sample<PointCloud, PointLabels>> kept = read.get(scene);
    Sample<PointCloud, PointLabels> sample = kept == null ? null : kept.get();
    if (sample == null) {
      sample = scenes.sample(scene);
      read.set(scene, new SoftReference<>(sample));
    }
    return sample;
  }

  @Override
  public boolean hasTarget(int i) {
    return scenes.hasTarget(i / draws);
  }

  @Override
  public List<String> classes() {
    return scenes.classes();
  }

  @Override
  public Optional<Path> file(int i) {
    return scenes.file(i / draws);
  }

  @Override
  public String where(int i) {
    return scenes.where(i / draws);
  }
}
