package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Sample;
import dev.adapterx.data.TextTable;
import dev.adapterx.data.check.Listed;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/**
 * A data set of pictures with boxes, read whole: how many objects each class has, and which
 * pictures and boxes are broken, out of the picture, tiny or there twice.
 *
 * @param layout how it was read
 * @param splits in order
 */
public record BoxReport(Path path, String layout, List<String> classes, List<Split> splits) {
  /**
   * Sides of a picture as a backbone sees it at 448 pixels with patches of 16: an object below half
   * a patch may fall between the places of the finest level.
   */
  static final int USUAL_SIDE = 448;

  private static final int HALF_PATCH = 8;
  private static final double SAME = 0.95;

  /**
   * One split.
   *
   * @param pictures in it
   * @param empty pictures without a box
   * @param needed whether a training uses its boxes if nothing else is said
   * @param found how it was found, and what was left out
   * @param objects of each class
   * @param crowd boxes around many objects, or marked as difficult
   * @param faults boxes that were left out
   * @param missing pictures that are named and not there
   * @param outside boxes that lie outside of their picture and are left out
   * @param cut boxes that reach beyond it
   * @param tiny boxes that few places can take, if pictures are seen whole with {@value
   *     #USUAL_SIDE} pixels
   * @param twice boxes of one class that are nearly the same
   * @param broken why pictures cannot be used, in order
   */
  public record Split(
      String name,
      int pictures,
      int empty,
      boolean needed,
      String found,
      List<Integer> objects,
      int crowd,
      List<String> faults,
      List<String> missing,
      List<String> outside,
      List<String> cut,
      List<String> tiny,
      List<String> twice,
      List<String> broken) {
    /** Whether no picture of those that can be read has an object that is to be found. */
    public boolean unmarked() {
      return broken.size() < pictures && objects.stream().allMatch(count -> count == 0);
    }
  }

  public BoxReport {
    classes = List.copyOf(classes);
    splits = List.copyOf(splits);
  }

  /**
   * Reads a folder.
   *
   * @throws DataException when it holds no pictures with boxes, or nothing is in order
   */
  public static BoxReport of(Path path, BoxLayout.Options options) {
    BoxLayout layout = BoxLayout.of(path, options);
    List<Split> splits = layout.splits().stream().map(name -> split(layout, name)).toList();
    return new BoxReport(path, layout.description(), layout.classes(), splits);
  }

  /** What one picture shows. */
  private record Seen(
      Boxes boxes,
      List<String> outside,
      List<String> cut,
      List<String> tiny,
      List<String> twice,
      String broken) {}

  private static Split split(BoxLayout layout, String name) {
    BoxSplits.Split read = layout.split(name);
    BoxDataset data = new BoxDataset(read.pictures(), layout.classes(), layout.photographs());
    Map<Integer, Seen> seen = new ConcurrentSkipListMap<>();
    IntStream.range(0, data.size()).parallel().forEach(i -> seen.put(i, seen(data, i)));
    Map<Integer, Integer> objects = new TreeMap<>();
    int[] sums = new int[2];
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lists.add(new ArrayList<>());
    }
    for (Seen one : seen.values()) {
      lists.get(0).addAll(one.outside);
      lists.get(1).addAll(one.cut);
      lists.get(2).addAll(one.tiny);
      lists.get(3).addAll(one.twice);
      if (!one.broken.isEmpty()) {
        lists.get(4).add(one.broken);
        continue;
      }
      sums[0] += one.boxes.boxes().isEmpty() ? 1 : 0;
      for (Box box : one.boxes.boxes()) {
        objects.merge(box.label(), box.isWanted() ? 1 : 0, Integer::sum);
        sums[1] += box.isWanted() ? 0 : 1;
      }
    }
    return new Split(
        name,
        data.size(),
        sums[0],
        layout.areTargetsNeeded(name),
        layout.description(name),
        IntStream.range(0, layout.classes().size())
            .mapToObj(c -> objects.getOrDefault(c, 0))
            .toList(),
        sums[1],
        read.faults(),
        read.missing(),
        lists.get(0),
        lists.get(1),
        lists.get(2),
        lists.get(3),
        lists.get(4));
  }

  private static Seen seen(BoxDataset data, int i) {
    Sample<RgbImage, Boxes> sample;
    try {
      sample = data.sample(i);
    } catch (DataException e) {
      return new Seen(
          Boxes.unknown(1, 1),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          String.valueOf(e.getMessage()));
    }
    int width = sample.input().width();
    int height = sample.input().height();
    BoxDataset.Fitted fitted = data.fitted(i, width, height);
    double scale = (double) USUAL_SIDE / Math.max(width, height);
    List<String> tiny = new ArrayList<>();
    List<String> twice = new ArrayList<>();
    List<Box> boxes = fitted.boxes().boxes();
    for (int a = 0; a < boxes.size(); a++) {
      Box box = boxes.get(a);
      if (scale * Math.min(box.width(), box.height()) < HALF_PATCH) {
        tiny.add(data.name(i) + ": " + text(data, box));
      }
      for (int b = 0; b < a; b++) {
        if (boxes.get(b).label() == box.label() && boxes.get(b).overlap(box) >= SAME) {
          twice.add(data.name(i) + ": " + text(data, box));
          break;
        }
      }
    }
    return new Seen(fitted.boxes(), fitted.outside(), fitted.cut(), tiny, twice, "");
  }

  private static String text(BoxDataset data, Box box) {
    return String.format(
        Locale.ROOT,
        "'%s' of %.0f x %.0f pixels at %.0f, %.0f",
        data.classes().get(box.label()),
        box.width(),
        box.height(),
        box.x1(),
        box.y1());
  }

  /** Whether every picture and every box can be used, and every split that needs boxes has some. */
  public boolean sound() {
    return splits.stream()
        .allMatch(
            s ->
                s.broken.isEmpty()
                    && !(s.needed() && s.unmarked())
                    && s.faults.isEmpty()
                    && s.missing.isEmpty()
                    && s.outside.isEmpty());
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(path).append(": ").append(layout).append("; objects by class:\n\n");
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("class"));
    splits.forEach(split -> head.add(split.name()));
    rows.add(head);
    for (int c = 0; c < classes.size(); c++) {
      List<String> row = new ArrayList<>(List.of(classes.get(c)));
      for (Split split : splits) {
        row.add(Integer.toString(split.objects().get(c)));
      }
      rows.add(row);
    }
    row(rows, "crowds and difficult ones", s -> s.crowd);
    row(rows, "pictures", s -> s.pictures);
    row(rows, "of which without a box", s -> s.empty);
    row(rows, "of which broken", s -> s.broken.size());
    text.append(TextTable.of(rows)).append('\n');
    for (Split split : splits) {
      if (split.unmarked()) {
        text.append(
            (split.needed()
                    ? "problem: no picture of '%s' has a box that is to be found, so that nothing can be learned or measured there (%s)\n"
                    : "note: no picture of '%s' has a box that is to be found, so that nothing can be measured there; train passes over it (%s)\n")
                .formatted(split.name(), split.found()));
      }
      list(text, "problem", split, split.broken, "picture cannot", "pictures cannot", "be used");
      list(
          text,
          "problem",
          split,
          split.missing,
          "picture is",
          "pictures are",
          "named and not there");
      list(text, "problem", split, split.faults, "box is", "boxes are", "left out");
      list(text, "problem", split, split.outside, "box is", "boxes are", "left out");
      list(
          text,
          "warning",
          split,
          split.cut,
          "box is",
          "boxes are",
          "cut at the edge of the picture");
      list(text, "warning", split, split.twice, "box is", "boxes are", "there twice");
      list(
          text,
          "warning",
          split,
          split.tiny,
          "box is",
          "boxes are",
          "below half a patch where pictures are seen whole with "
              + USUAL_SIDE
              + " pixels; raise backbone.input-size, or set data.boxes.tile");
    }
    for (Split split : splits) {
      int note = split.found().indexOf("left out: ");
      if (note >= 0 && split.faults.isEmpty()) {
        text.append("warning: ").append(split.found()).append('\n');
      }
    }
    return text.append(sound() ? "No problems.\n" : "").toString();
  }

  private interface Count {
    int of(Split split);
  }

  private void row(List<List<String>> rows, String name, Count count) {
    List<String> row = new ArrayList<>(List.of(name));
    splits.forEach(split -> row.add(Integer.toString(count.of(split))));
    rows.add(row);
  }

  private static void list(
      StringBuilder text,
      String kind,
      Split split,
      List<String> found,
      String one,
      String many,
      String rest) {
    if (found.isEmpty()) {
      return;
    }
    int count = found.size();
    String what = count == 1 ? one : many;
    text.append("%s: of '%s' %d %s %s:%n".formatted(kind, split.name(), count, what, rest));
    text.append(Listed.lines(found));
  }

  /** Maps, lists, strings and numbers, ready to be written as JSON. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("path", path.toString());
    json.put("layout", layout);
    json.put("classes", classes);
    List<Object> all = new ArrayList<>();
    for (Split split : splits) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", split.name());
      one.put("pictures", split.pictures());
      one.put("empty", split.empty());
      one.put("unmarked", split.unmarked());
      one.put("found", split.found());
      one.put("objects", split.objects());
      one.put("crowd", split.crowd());
      one.put("left-out", split.faults());
      one.put("missing", split.missing());
      one.put("outside", split.outside());
      one.put("cut", split.cut());
      one.put("tiny", split.tiny());
      one.put("twice", split.twice());
      one.put("broken", split.broken());
      all.add(one);
    }
    json.put("splits", all);
    json.put("sound", sound());
    return json;
  }
}
