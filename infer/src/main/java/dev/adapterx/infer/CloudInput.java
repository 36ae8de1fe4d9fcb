package dev.adapterx.infer;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.clouds.CheckedClouds;
import dev.adapterx.data.clouds.CloudFolder;
import dev.adapterx.data.points.CloudCheck;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.PointPipeline;
import dev.adapterx.data.points.PointTransform;
import dev.adapterx.data.points.UnitSphere;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.MeshSampling;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.tensor.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Point clouds: scaled, sampled, grouped. An accelerator groups the points itself (see {@link
 * PointTransformer}), unless the groups hold no more numbers than the points. It receives the
 * points after augmentation. Sampling remains on the loader's threads, because it is part of the
 * augmentation.
 */
public final class CloudInput extends Input<PointCloud> {
  private static final Pattern BESIDE =
      Pattern.compile(
          "(classes|labels|names|class_names|(.*_)?shape_names|readme.*)\\.txt|.+\\.labels\\.(npy|txt)");

  private static final PointTransform AS_IS = (cloud, rng) -> cloud;

  private final PointPreprocessing preprocessing;
  private final PointTransform scale;
  private final boolean grouped;

  /** For a backbone on a device. */
  public CloudInput(PointPreprocessing preprocessing, Device device) {
    this.preprocessing = preprocessing;
    this.grouped = device.isHost() || !Pieces.isFewerAsPoints(preprocessing);
    this.scale = preprocessing.scale() == Normalisation.UNIT_SPHERE ? new UnitSphere() : AS_IS;
  }

  @Override
  public CloudInput withoutExifOrientation() {
    return this;
  }

  /** Points, groups and scale. */
  public PointPreprocessing preprocessing() {
    return preprocessing;
  }

  /** Scales clouds as the backbone requires. */
  public PointTransform scale() {
    return scale;
  }

  /**
   * Points sampled on a mesh: twice the number needed, for farthest point sampling to choose from.
   */
  public MeshSampling sampling() {
    return new MeshSampling(2 * preprocessing.points(), 0);
  }

  /** The last step of a pipeline: groups, or the points if the device groups them. */
  public PointPipeline handedOver(PointPipeline pipeline) {
    return grouped ? pipeline : pipeline.ungrouped();
  }

  @Override
  public String noun() {
    return "clouds";
  }

  @Override
  public boolean isKnown(Path file) {
    return CloudFile.isKnown(file);
  }

  /** Names of classes, labels of points, and what is to be read. */
  @Override
  public boolean isBeside(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return BESIDE.matcher(name).matches();
  }

  @Override
  public String taker() {
    return "The backbone is a point transformer, which takes point clouds";
  }

  @Override
  public String normalisation() {
    return preprocessing.normalisation();
  }

  @Override
  public Pipeline<PointCloud> pipeline() {
    return handedOver(
        PointPipeline.plain(
            preprocessing.points(), preprocessing.groups(), preprocessing.neighbours(), scale));
  }

  @Override
  public Class<PointCloud> type() {
    return PointCloud.class;
  }

  @Override
  public Dataset<PointCloud> unlabelled(List<Path> files, List<String> classes) {
    return new CheckedClouds(
        CloudFolder.unlabelled(files, classes, sampling()), preprocessing.points());
  }

  @Override
  public PointCloud decode(byte[] content, String name) {
    return checked(CloudFile.read(content, name, sampling()), name);
  }

  @Override
  public long memory(byte[] content) {
    return 0;
  }

  @Override
  PointCloud checked(PointCloud sample, String name) {
    return CloudCheck.requireUsable(sample.finite(name), preprocessing.points(), name);
  }
}
