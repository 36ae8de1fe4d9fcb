package dev.adapterx.dense.parts;

import dev.adapterx.base.DataException;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;
import dev.adapterx.data.points.CloudCheck;
import dev.adapterx.data.points.Groups;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.PointTransform;
import dev.adapterx.data.points.Selection;
import dev.adapterx.data.points.UnitSphere;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a cloud and the classes of its points between the files and the batch. In
 * training N points are drawn, their classes with them, and augmented; in evaluation the cloud is
 * seen in {@link Views} until every point was in one. A row of the batch is an {@linkplain
 * PointPreprocessing#asked asked} cloud: groups, points, category.
 *
 * @param input N, G and K
 * @param views what a cloud is cut into
 * @param geometry the part that always gives the same result
 * @param augment the random part; null for none
 * @param asked whether points and category go with the groups, as a head needs them
 */
public record PartPipeline(
    PointPreprocessing input,
    Views views,
    Transform<Sample<PointCloud, PointLabels>> geometry,
    @Nullable Transform<Sample<PointCloud, PointLabels>> augment,
    boolean asked)
    implements Pipeline<Sample<PointCloud, PointLabels>> {
  /** The longest array of Java's virtual machines. */
  private static final int MOST_VALUES = Integer.MAX_VALUE - 8;

  /**
   * For training.
   *
   * @param augment of the drawn points; moves them and keeps their order
   */
  public static PartPipeline training(
      PointPreprocessing input, Views views, PointTransform augment) {
    PointTransform scale = scale(input, views);
    return new PartPipeline(
        input,
        views,
        (sample, rng) -> new Sample<>(scale.apply(sample.input(), rng), sample.target()),
        (sample, rng) -> {
          int[] points = views.drawn(sample.input(), input.points(), rng.at(0));
          PointCloud drawn = views.placed(Selection.of(sample.input(), points));
          PointCloud moved = augment.apply(drawn, rng.at(1));
          if (moved.size() != points.length) {
            throw new IllegalStateException(
                "An augmentation of labelled points may move them, not leave any out");
          }
          return new Sample<>(moved, sample.target().at(points));
        },
        true);
  }

  /** For evaluation and prediction; all points are seen. */
  public static PartPipeline evaluation(PointPreprocessing input, Views views) {
    PointTransform scale = scale(input, views);
    return new PartPipeline(
        input,
        views,
        (sample, rng) -> {
          PointCloud scaled = scale.apply(sample.input(), rng);
          int[] all = views.all(scaled, input.points(), rng.at(0));
          return new Sample<>(scaled, sample.target().seen(all, input.points()));
        },
        null,
        true);
  }

  /** Groups of one view of each cloud, without anything random: what a backbone sees alone. */
  public static PartPipeline groups(PointPreprocessing input, Views views) {
    PointTransform scale = scale(input, views);
    return new PartPipeline(
        input,
        views,
        (sample, rng) -> {
          PointCloud scaled = scale.apply(sample.input(), rng);
          int[] points = views.drawn(scaled, input.points(), rng.at(0));
          return new Sample<>(
              views.placed(Selection.of(scaled, points)), sample.target().at(points));
        },
        null,
        false);
  }

  /** Columns of scenes keep their scale; whole clouds get the backbone's. */
  private static PointTransform scale(PointPreprocessing input, Views views) {
    return input.scale() == Normalisation.UNIT_SPHERE && !views.blocks()
        ? new UnitSphere()
        : (cloud, rng) -> CloudCheck.requireUsable(cloud, 1, "A cloud with labels");
  }

  @Override
  public int values() {
    return asked ? 3 * input.askedRows() : Groups.values(input.groups(), input.neighbours());
  }

  @Override
  public int values(Sample<PointCloud, PointLabels> sample) {
    long all = (long) sample.target().rows() * values();
    if (all > MOST_VALUES) {
      throw new DataException(
          "A cloud of %,d points is seen in %,d views of %,d numbers, and an array holds %,d of them; cut it into several files, or set data.parts.votes lower or data.parts.block larger"
              .formatted(
                  sample.target().size(),
                  sample.target().rows(),
                  values(),
                  MOST_VALUES / values()));
    }
    return (int) all;
  }

  @Override
  public @Nullable BatchTransform mix() {
    return null;
  }

  @Override
  public void requireFinished(Sample<PointCloud, PointLabels> sample, String where) {
    PointLabels target = sample.target();
    boolean viewed = target.each() == input.points();
    if (sample.input().size() != target.size()
        || (!viewed && sample.input().size() != input.points())) {
      throw new DataException(
          "%s has %d points with %d labels after all transforms, but the backbone takes %d"
              .formatted(where, sample.input().size(), target.size(), input.points()));
    }
  }

  @Override
  public void write(Sample<PointCloud, PointLabels> sample, float[] into, int offset) {
    PointLabels target = sample.target();
    if (target.each() == 0) {
      write(sample.input(), target.category(), into, offset);
      return;
    }
    int[] points = new int[target.each()];
    for (int view = 0; view < target.rows(); view++) {
      System.arraycopy(target.views(), view * points.length, points, 0, points.length);
      PointCloud seen = views.placed(Selection.of(sample.input(), points));
      write(seen, target.category(), into, offset + view * values());
    }
  }

  private void write(PointCloud cloud, int category, float[] into, int offset) {
    int groups = Groups.values(input.groups(), input.neighbours());
    Groups.write(cloud, input.groups(), input.neighbours(), into, offset);
    if (!asked) {
      return;
    }
    System.arraycopy(cloud.xyz(), 0, into, offset + groups, cloud.xyz().length);
    into[offset + values() - 3] = category;
  }

  @Override
  public Object target(Sample<PointCloud, PointLabels> sample, int label) {
    return sample.target();
  }

  @Override
  public String size(Sample<PointCloud, PointLabels> sample) {
    return sample.input().size() + " points";
  }

  @Override
  public long bytes(Sample<PointCloud, PointLabels> sample) {
    return 4L * sample.input().xyz().length
        + 2L * sample.target().size()
        + 4L * sample.target().views().length;
  }
}
