package dev.adapterx.train.suite;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.train.suite.DataPlace.Counted;
import dev.adapterx.train.suite.SuiteReport.Item;
import dev.adapterx.train.suite.SuiteReport.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the content of a folder with what a suite needs: files, labels, counts. For images, only
 * the lists are read and the existence of files checked; {@code data check} decodes them.
 */
final class SuiteCheck {
  private final Suite suite;
  private final Path root;

  SuiteCheck(Suite suite, Path root) {
    this.suite = suite;
    this.root = root;
  }

  SuiteReport report(List<TaskForm> forms) {
    Folders.requireFolder(root);
    Set<DataPlace> places = new LinkedHashSet<>();
    forms.forEach(form -> places.add(form.place()));
    List<Item> items = places.stream().map(this::item).toList();
    return new SuiteReport(suite.name(), root.toString(), items, suite.sources());
  }

  private Item item(DataPlace place) {
    Path folder = place.folder(root);
    List<String> missing = below(folder, DataPlace.missing(folder, place.files()));
    List<String> tuning = below(folder, DataPlace.missing(folder, place.tuning()));
    if (!missing.isEmpty()) {
      return new Item(place.name(), State.MISSING, missing, tuning, Map.of(), List.of());
    }
    Map<String, Integer> found = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    try {
      for (String split : place.kind().splits(folder, place.choice())) {
        count(place, folder, split, found, problems);
      }
    } catch (DataException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    State state = problems.isEmpty() ? State.READY : State.WRONG;
    return new Item(place.name(), state, missing, tuning, found, problems);
  }

  private static void count(
      DataPlace place,
      Path folder,
      String split,
      Map<String, Integer> found,
      List<String> problems) {
    Integer expected = place.samples().get(split);
    if (expected == null) {
      return;
    }
    try {
      Counted counted = place.kind().count(folder, place.choice(), split);
      found.put(split, counted.samples());
      if (expected != counted.samples()) {
        problems.add(
            "%s: expected %d samples, found %d".formatted(split, expected, counted.samples()));
      }
      String classes =
          "expected %d classes, found %d".formatted(place.classes(), counted.classes());
      if (counted.classes() >= 0
          && counted.classes() != place.classes()
          && !problems.contains(classes)) {
        problems.add(classes);
      }
    } catch (DataException e) {
      problems.add(split + ": " + e.getMessage());
    }
  }

  private List<String> below(Path folder, List<String> files) {
    String prefix = Folders.relative(root.normalize(), folder);
    return files.stream()
        .map(f -> (prefix.isEmpty() ? "" : prefix + "/") + f.replace("|", " or "))
        .toList();
  }
}
