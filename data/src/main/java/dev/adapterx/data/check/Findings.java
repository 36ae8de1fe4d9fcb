package dev.adapterx.data.check;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Collects the problems and warnings of a check, in the order in which they are reported. */
public final class Findings {
  private final String noun;
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  Findings(String noun) {
    this.noun = noun;
  }

  /** Adds a reason why results on this data would be wrong or impossible. */
  public void problem(String text) {
    problems.add(text);
  }

  /** Adds a fact that a reader of results should know. */
  public void warn(String text) {
    warnings.add(text);
  }

  /** Opens each split that can be opened; each other one is a problem. */
  public <D> Map<String, D> opened(List<String> splits, Function<String, D> open) {
    Map<String, D> opened = new LinkedHashMap<>();
    for (String split : splits) {
      try {
        opened.put(split, open.apply(split));
      } catch (DataException e) {
        problem("split " + split + ": " + e.getMessage());
      }
    }
    return opened;
  }

  /** Reports the number of broken samples, if there are any. */
  public void broken(SplitFacts split) {
    if (!split.broken().isEmpty()) {
      problem(
          "%s: %d of %d %s broken"
              .formatted(split.name(), split.broken().size(), split.samples(), noun));
    }
  }

  /** Reports the classes without a sample in the split, if there are any. */
  public void absentClasses(SplitFacts split, List<String> classes) {
    List<String> absent =
        IntStream.range(0, split.classCounts().size())
            .filter(c -> split.classCounts().get(c) == 0)
            .mapToObj(classes::get)
            .toList();
    if (!absent.isEmpty()) {
      warn(
          "%s: no %s of %d of the %d classes: %s"
              .formatted(split.name(), noun, absent.size(), classes.size(), Names.some(absent)));
    }
  }

  List<String> problems() {
    return problems;
  }

  List<String> warnings() {
    return warnings;
  }
}
