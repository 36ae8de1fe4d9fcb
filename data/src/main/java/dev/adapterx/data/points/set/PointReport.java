package dev.adapterx.data.points.set;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of {@link PointCheck}.
 *
 * @param layout that the data was read as, with its variant
 * @param unitSphere whether reading centres and scales each cloud into the unit sphere
 * @param classes position = label
 * @param splits those that could be opened
 * @param overlaps clouds shared by training and evaluation
 * @param problems why results on this data would be wrong or impossible
 * @param warnings that a reader of results should know
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
   * @param trained the training split
   * @param measured the evaluation split
   * @param clouds number of clouds of {@code measured}, whatever the order of their points
   * @param exact number of these with the same order of points
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

  /** Whether there is no problem; there may be warnings. */
  public boolean sound() {
    return problems.isEmpty();
  }

  /** The report as text. */
  public String text() {
    return PointReportText.of(this);
  }

  /** The report as maps, lists, strings and numbers, ready to be written as JSON. */
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
