package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.Spread;
import dev.adapterx.data.check.Content;
import dev.adapterx.data.check.Repeats;
import dev.adapterx.data.check.SplitFacts;
import dev.adapterx.data.points.PointCloud;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of a split of a data set of clouds.
 *
 * @param samples number of clouds, including repeated ones
 * @param classCounts number of clouds of each class; the position is the label
 * @param points of the clouds that can be read
 * @param box around all points; empty when no cloud can be read
 * @param up the axis that probably points up, {@code x}, {@code y} or {@code z}: guessed from where
 *     the shapes are broad at the lower end; empty when unclear
 * @param repeated clouds whose points occur in an earlier one of the split, in any order
 * @param conflicting those of {@code repeated} that have another label
 * @param collapsed clouds all of whose points are the same
 * @param leftOut points without finite coordinates, and the clouds they were left out of
 * @param broken clouds that cannot be read
 * @param notes on what was left out when reading
 * @param fingerprint see {@link Fingerprint}
 */
public record CloudFacts(
    String name,
    int samples,
    List<Integer> classCounts,
    Spread points,
    Optional<Box> box,
    Optional<String> up,
    int repeated,
    int conflicting,
    int collapsed,
    LeftOut leftOut,
    List<BrokenSample> broken,
    List<String> notes,
    String fingerprint)
    implements SplitFacts {

  /**
   * Left-out points, which scanners write where they measured nothing.
   *
   * @param points number of points
   * @param clouds number of clouds that contain them
   * @param example one of these clouds; empty if there is none
   */
  public record LeftOut(long points, int clouds, String example) {
    private LeftOut and(PointCloud cloud, String where) {
      return cloud.leftOut() == 0
          ? this
          : new LeftOut(
              points + cloud.leftOut(),
              clouds + 1,
              clouds > 0
                  ? example
                  : "%s (%d of %d)"
                      .formatted(where, cloud.leftOut(), cloud.leftOut() + cloud.size()));
    }
  }

  /**
   * Reads all clouds of a split.
   *
   * @param contents receives the contents of the clouds that can be read, by index
   */
  static CloudFacts of(PointData data, Map<Integer, Content> contents) {
    Dataset<PointCloud> clouds = data.dataset();
    List<BrokenSample> broken = new ArrayList<>();
    List<Integer> points = new ArrayList<>();
    UpAxis up = new UpAxis();
    int collapsed = 0;
    LeftOut leftOut = new LeftOut(0, 0, "");
    @Nullable Box box = null;
    for (int i = 0; i < clouds.size(); i++) {
      try {
        PointCloud cloud = clouds.sample(i);
        float[] xyz = cloud.xyz();
        leftOut = leftOut.and(cloud, clouds.where(i));
        Box own = Box.of(xyz);
        box = box == null ? own : box.with(own);
        collapsed += own.extent() == 0 ? 1 : 0;
        points.add(xyz.length / 3);
        up.add(xyz);
        contents.put(i, CloudDigest.of(xyz, own));
      } catch (DataException e) {
        broken.add(new BrokenSample(i, clouds.where(i), String.valueOf(e.getMessage())));
      }
    }
    Repeats repeats =
        Repeats.of(clouds.size(), i -> Optional.ofNullable(contents.get(i)), clouds::label);
    return new CloudFacts(
        data.split(),
        clouds.size(),
        SplitFacts.classCounts(clouds),
        Spread.of(points.stream().mapToInt(Integer::intValue).toArray()),
        Optional.ofNullable(box),
        up.guess(),
        repeats.repeated(),
        repeats.conflicting(),
        collapsed,
        leftOut,
        List.copyOf(broken),
        data.notes(),
        Fingerprint.of(clouds));
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("clouds", samples);
    json.put("class_counts", classCounts);
    json.put("points", points.json());
    box.ifPresent(b -> json.put("box", List.of(b.low(), b.high())));
    up.ifPresent(axis -> json.put("up_guess", axis));
    json.put("repeated", repeated);
    json.put("conflicting", conflicting);
    json.put("collapsed", collapsed);
    json.put("points_left_out", leftOut.points());
    json.put("clouds_with_points_left_out", leftOut.clouds());
    json.put("broken", broken.stream().map(BrokenSample::json).toList());
    json.put("notes", notes);
    json.put("fingerprint", fingerprint);
    return json;
  }
}
