package dev.adapterx.train.routing;

import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A warning about routing: an expert that gets over 90 % of the sub-tokens, experts that get almost
 * none.
 *
 * @param kind equal for warnings that differ only in their numbers
 * @param text one line
 */
public record RoutingWarning(String kind, String text) {
  private static final int SHOWN = 6;

  /** Warnings about libraries that several places share, and about places; at most four. */
  public static List<RoutingWarning> of(List<ExpertUse> places) {
    List<RoutingWarning> warnings = new ArrayList<>();
    List<ExpertUse> shared =
        ExpertUse.libraries(places).stream().filter(l -> l.place().equals(ExpertUse.ALL)).toList();
    add(shared, "shared librar", "y", "ies", warnings);
    add(places, "block", "", "s", warnings);
    return warnings;
  }

  /** The same, each preceded by where it was observed. */
  public static List<String> texts(List<ExpertUse> places, String seen) {
    return of(places).stream().map(w -> seen + ": " + w.text()).toList();
  }

  private static void add(
      List<ExpertUse> uses, String noun, String one, String many, List<RoutingWarning> warnings) {
    String of = " of " + uses.size() + " " + noun + (uses.size() == 1 ? one : many);
    List<ExpertUse> collapsed = uses.stream().filter(ExpertUse::collapsed).toList();
    if (!collapsed.isEmpty()) {
      warnings.add(
          new RoutingWarning(
              noun + "-collapsed",
              "one expert takes over "
                  + Figures.percent(ExpertUse.takenOver(), 0)
                  + " of the sub-tokens in "
                  + collapsed.size()
                  + of
                  + ": "
                  + some(collapsed.stream().map(RoutingWarning::taken).toList())));
    }
    List<ExpertUse> idle = uses.stream().filter(u -> !u.deadExperts().isEmpty()).toList();
    if (!idle.isEmpty()) {
      warnings.add(
          new RoutingWarning(
              noun + "-dead",
              "dead experts, each with under "
                  + Figures.significant(100 * ExpertUse.dead(idle.get(0).experts()), 2)
                  + " % of the sub-tokens, in "
                  + idle.size()
                  + of
                  + ": "
                  + some(idle.stream().map(RoutingWarning::idle).toList())));
    }
  }

  private static String name(ExpertUse use) {
    return use.place().equals(ExpertUse.ALL) ? use.library() : use.place();
  }

  private static String taken(ExpertUse use) {
    return name(use) + " (expert " + use.busiest() + ", " + Figures.percent(use.maxLoad(), 1) + ")";
  }

  private static String idle(ExpertUse use) {
    List<Integer> dead = use.deadExperts();
    String which = dead.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(" "));
    return name(use)
        + " ("
        + dead.size()
        + " of "
        + use.experts()
        + ": "
        + which
        + (dead.size() > SHOWN ? " …)" : ")");
  }

  private static String some(List<String> all) {
    return all.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (all.size() > SHOWN ? ", …" : "");
  }
}
