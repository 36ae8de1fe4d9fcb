package dev.adapterx.data.check;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of {@link DataCheck}.
 *
 * @param layout that the data was read as
 * @param unitSphere of point clouds, whether reading centres and scales each cloud into the unit
 *     sphere
 * @param classes position = label
 * @param splits those that could be opened
 * @param overlaps samples shared by training and evaluation
 * @param problems why results on this data would be wrong or impossible
 * @param warnings that a reader of results should know
 */
public record DataReport<F extends SplitFacts>(
    SampleKind<F> kind,
    Path root,
    String layout,
    Optional<Boolean> unitSphere,
    List<String> classes,
    List<F> splits,
    List<Overlap> overlaps,
    List<String> problems,
    List<String> warnings) {

  public DataReport {
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

  /** The report as tables. */
  public String text() {
    return DataReportText.of(this);
  }

  /** The report as maps, lists, strings and numbers, ready to be written as JSON. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", root.toString());
    json.put("layout", layout);
    unitSphere.ifPresent(scaled -> json.put("unit_sphere", scaled));
    json.put("sound", sound());
    json.put("classes", classes);
    json.put("splits", splits.stream().map(SplitFacts::json).toList());
    json.put("overlaps", overlaps.stream().map(overlap -> overlap.json(kind.noun())).toList());
    json.put("problems", problems);
    json.put("warnings", warnings);
    return json;
  }
}
