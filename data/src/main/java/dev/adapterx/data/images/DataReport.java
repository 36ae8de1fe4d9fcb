package dev.adapterx.data.images;

import dev.adapterx.data.Spread;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link DataCheck} found.
 *
 * @param layout as which the folder was read
 * @param classes position = label
 * @param splits those that could be opened
 * @param overlaps images that training and evaluation share
 * @param problems why results on this data would be wrong or could not be had
 * @param warnings what a reader of results should know
 */
public record DataReport(
    Path root,
    String layout,
    List<String> classes,
    List<SplitFacts> splits,
    List<Overlap> overlaps,
    List<String> problems,
    List<String> warnings) {

  /**
   * Images of one split whose bytes occur in another.
   *
   * @param trained the split trained on
   * @param measured the split measured on
   * @param images how many of {@code measured}
   * @param examples a few, as {@code measured = trained}
   */
  public record Overlap(String trained, String measured, int images, List<String> examples) {}

  public DataReport {
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
    return DataReportText.of(this);
  }

  /** Maps, lists, strings and numbers, ready to be written as JSON. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", root.toString());
    json.put("layout", layout);
    json.put("sound", sound());
    json.put("classes", classes);
    json.put("splits", splits.stream().map(DataReport::json).toList());
    json.put("overlaps", overlaps.stream().map(DataReport::json).toList());
    json.put("problems", problems);
    json.put("warnings", warnings);
    return json;
  }

  private static Map<String, Object> json(SplitFacts split) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", split.name());
    json.put("images", split.images());
    json.put("class_counts", split.classCounts());
    json.put("width", json(split.width()));
    json.put("height", json(split.height()));
    json.put("sizes", split.sizes());
    json.put("formats", split.formats());
    json.put("modes", split.modes());
    json.put("bytes", split.bytes());
    json.put("repeated", split.repeated());
    json.put("conflicting", split.conflicting());
    json.put("ignored", split.ignored());
    json.put(
        "broken",
        split.broken().stream()
            .map(b -> Map.of("index", b.index(), "file", b.where(), "reason", b.reason()))
            .toList());
    json.put("fingerprint", split.fingerprint());
    return json;
  }

  private static Map<String, Object> json(Overlap overlap) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("trained", overlap.trained());
    json.put("measured", overlap.measured());
    json.put("images", overlap.images());
    json.put("examples", overlap.examples());
    return json;
  }

  private static Map<String, Object> json(Spread spread) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("min", spread.min());
    json.put("median", spread.median());
    json.put("max", spread.max());
    return json;
  }
}
