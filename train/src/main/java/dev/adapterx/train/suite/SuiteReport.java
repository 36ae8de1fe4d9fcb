package dev.adapterx.train.suite;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The state of a suite's data on this machine.
 *
 * @param items its data sets
 * @param sources of the data
 */
public record SuiteReport(String suite, String root, List<Item> items, List<DataSource> sources) {
  /** The state of a data set. */
  public enum State {
    READY,
    /** Files are missing. */
    MISSING,
    /** Files are there, but differ from the published data. */
    WRONG
  }

  /**
   * One data set.
   *
   * @param missing files that training and test need, below the root
   * @param missingForTuning files that only choosing hyper-parameters needs
   * @param samples found, by split
   * @param problems differences from the published data
   */
  public record Item(
      String name,
      State state,
      List<String> missing,
      List<String> missingForTuning,
      Map<String, Integer> samples,
      List<String> problems) {

    /** The problem in one line; empty if there is none. */
    public String text() {
      return switch (state) {
        case READY ->
            missingForTuning.isEmpty() ? "" : "to tune, lacks " + Names.some(missingForTuning);
        case MISSING -> "lacks " + Names.some(missing);
        case WRONG -> Names.some(problems);
      };
    }
  }

  /** Whether all data sets are ready. */
  public boolean ready() {
    return items.stream().allMatch(item -> item.state() == State.READY);
  }

  /**
   * Requires all data sets to be ready.
   *
   * @throws DataException listing those that are not, and where to get them
   */
  public void require() {
    List<Item> wanting = items.stream().filter(item -> item.state() != State.READY).toList();
    if (wanting.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d of the %d data sets of %s are not ready in %s:"
            .formatted(wanting.size(), items.size(), suite, root));
    wanting.stream().map(item -> "  " + item.name() + " " + item.text()).forEach(lines::add);
    lines.add("They come from:");
    sources.stream().map(source -> "  " + source.text()).forEach(lines::add);
    lines.add("  by name: adapterx data fetch " + suite + " --to data");
    throw new DataException(String.join(System.lineSeparator(), lines));
  }
}
