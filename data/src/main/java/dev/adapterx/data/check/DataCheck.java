package dev.adapterx.data.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Checks a data set of any kind of sample: reads all splits, judges each one and all together,
 * looks for samples that training and evaluation share, and compares the counts with the published
 * ones.
 */
public final class DataCheck {
  private DataCheck() {}

  /** Checks a data set. Problems inside it are reported, not thrown. */
  public static <F extends SplitFacts> DataReport<F> of(CheckedSet<F> set) {
    Findings findings = new Findings(set.kind().noun());
    List<CheckedSplit<F>> splits = set.read(findings);
    List<F> facts = splits.stream().map(CheckedSplit::facts).toList();
    List<String> classes = splits.isEmpty() ? List.of() : splits.get(0).classes();
    facts.forEach(split -> set.judge(split, classes, findings));
    set.compare(facts, findings);
    List<Overlap> overlaps = overlaps(set, splits);
    overlaps.forEach(overlap -> findings.warn(overlap.warning(set.kind().noun())));
    Map<String, Integer> counts = new LinkedHashMap<>();
    facts.forEach(split -> counts.put(split.name(), split.samples()));
    set.published()
        .ifPresent(
            published -> {
              OptionalInt known =
                  splits.isEmpty() ? OptionalInt.empty() : OptionalInt.of(classes.size());
              published.problems(counts, known).forEach(findings::problem);
              published.absent(set.splits()).forEach(findings::warn);
            });
    return new DataReport<>(
        set.kind(),
        set.root(),
        set.description(),
        set.unitSphere(),
        classes,
        facts,
        overlaps,
        findings.problems(),
        findings.warnings());
  }

  private static <F extends SplitFacts> List<Overlap> overlaps(
      CheckedSet<F> set, List<CheckedSplit<F>> splits) {
    List<Overlap> overlaps = new ArrayList<>();
    for (CheckedSplit<F> measured : splits) {
      for (CheckedSplit<F> trained : splits) {
        if (set.mustDiffer(trained.facts().name(), measured.facts().name())) {
          Overlap.of(trained, measured).ifPresent(overlaps::add);
        }
      }
    }
    return overlaps;
  }
}
