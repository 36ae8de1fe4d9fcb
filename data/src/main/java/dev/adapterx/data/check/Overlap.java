package dev.adapterx.data.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Samples of one split whose content occurs in another.
 *
 * @param trained the training split
 * @param measured the evaluation split
 * @param samples number of samples of {@code measured}
 * @param exact of point clouds, the number of these with their points in the same order
 * @param examples a few, as {@code measured = trained}
 */
public record Overlap(
    String trained, String measured, int samples, Optional<Integer> exact, List<String> examples) {
  private static final int EXAMPLES = 5;

  public Overlap {
    examples = List.copyOf(examples);
  }

  /** Compares two splits; empty if they share no sample. */
  static Optional<Overlap> of(CheckedSplit<?> trained, CheckedSplit<?> measured) {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> exact = new HashSet<>();
    for (int i = 0; i < trained.facts().samples(); i++) {
      int index = i;
      trained
          .contents()
          .apply(i)
          .ifPresent(
              content -> {
                seen.putIfAbsent(content.key(), index);
                content.exact().ifPresent(exact::add);
              });
    }
    int samples = 0;
    int same = 0;
    boolean ordered = false;
    List<String> examples = new ArrayList<>();
    for (int i = 0; i < measured.facts().samples(); i++) {
      Optional<Content> content = measured.contents().apply(i);
      Integer found = content.map(Content::key).map(seen::get).orElse(null);
      if (found != null) {
        ordered |= content.flatMap(Content::exact).isPresent();
        same += content.flatMap(Content::exact).filter(exact::contains).isPresent() ? 1 : 0;
        if (samples++ < EXAMPLES) {
          examples.add(measured.names().apply(i) + " = " + trained.names().apply(found));
        }
      }
    }
    return samples == 0
        ? Optional.empty()
        : Optional.of(
            new Overlap(
                trained.facts().name(),
                measured.facts().name(),
                samples,
                ordered ? Optional.of(same) : Optional.empty(),
                examples));
  }

  /** The warning about it. */
  String warning(String noun) {
    return "%d %s of %s are in %s too%s, for example %s"
        .formatted(
            samples,
            noun,
            measured,
            trained,
            exact.map(" (%d with their points in the same order)"::formatted).orElse(""),
            examples.get(0));
  }

  Map<String, Object> json(String noun) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("trained", trained);
    json.put("measured", measured);
    json.put(noun, samples);
    exact.ifPresent(count -> json.put("exact", count));
    json.put("examples", examples);
    return json;
  }
}
