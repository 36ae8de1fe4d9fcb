package dev.adapterx.data.points.set;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link PointCheck} found.
 *
 * @param layout as which the data was read, and which variant of it
 * @param unitSphere whether reading centres and scales each cloud into the unit sphere
 * @param classes position = label
 * @param splits those that could be opened
 * @param overlaps clouds that training and evaluation share
 * @param problems why results on this data would be wrong or could not be had
 * @param warnings what a reader of results should know
 */
public record PointReport(
    Path root,
    String layout,
    boolean unitSphere,
    List<String> classes,
    List<CloudFacts> splits,
    List<Overlap> overlaps,
    List<String> problems,
    List<String> warnings) {

  /**
   * Clouds of one split whose points occur in another.
   *
   * @param trained the split trained on
   * @param measured the split measured on
   * @param clouds how many of {@code measured}, whatever the order of the points
   * @param exact how many of them in the same order
   * @param examples a few, as {@code measured = trained}
   */
  public record Overlap(
      String trained, String measured, int clouds, int exact, List<String> examples) {}

  public PointReport {
    classes = List.copyOf(classes);
    splits = List.copyOf(splits);
    overlaps = List.copyOf(overlaps);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** Whether there is no problem; warnings may stand. */
  public boolean sound() {
    return problems.isEmpty();
  }

  /** Tables to read. */
  public String text() {
    return PointReportText.of(this);
  }

  /** Maps, lists, strings and numbers, ready to be written as JSON. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", root.toString());
    json.put("layout", layout);
    json.put("unit_sphere", unitSphere);
    json.put("sound", sound());
    json.put("classes", classes);
    json.put("splits", splits.stream().map(CloudFacts::json).toList());
    json.put("overlaps", overlaps.stream().map(PointReport::json).toList());
    json.put("problems", problems);
    json.put("warnings", warnings);
    return json;
  }

  private static Map<String, Object> json(Overlap overlap) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("trained", overlap.trained());
    json.put("measured", overlap.measured());
    json.put("clouds", overlap.clouds());
    json.put("exact", overlap.exact());
    json.put("examples", overlap.examples());
    return json;
  }
}
