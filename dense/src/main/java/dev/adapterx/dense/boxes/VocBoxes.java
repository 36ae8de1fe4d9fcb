package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import dev.adapterx.data.images.PlainFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * PASCAL VOC: an xml for each picture, in {@code Annotations} or beside it, with lists in {@code
 * ImageSets/Main} or a folder for each split. Corners count from 1 and belong to the box; a file
 * with a 0 among them was written by a tool that counts from 0 and means edges.
 */
final class VocBoxes implements BoxLayoutKind {
  private static final String XML = "xml";

  @Override
  public String name() {
    return "voc";
  }

  @Override
  public boolean matches(Path root) {
    return annotations(root) != null || beside(root);
  }

  private static @Nullable Path annotations(Path root) {
    Path folder = root.resolve("Annotations");
    return hasVoc(folder) ? folder : null;
  }

  private static boolean beside(Path root) {
    return Pictures.folders(root).values().stream().anyMatch(VocBoxes::hasVoc);
  }

  private static boolean hasVoc(Path folder) {
    return Files.isDirectory(folder)
        && xmls(folder).stream()
            .findFirst()
            .filter(f -> XmlFile.outermost(f).equals("annotation"))
            .isPresent();
  }

  private static List<Path> xmls(Path folder) {
    return Folders.visibleFiles(folder).stream()
        .filter(f -> Folders.extension(f).equals(XML))
        .toList();
  }

  @Override
  public BoxSplits find(Path root) {
    Pictures pictures = new Pictures(root);
    Path folder = annotations(root);
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    String description;
    if (folder == null) {
      Pictures.folders(root).forEach((split, own) -> gathered.put(split, all(own, own, pictures)));
      description = "PASCAL VOC's xml files beside the pictures";
    } else {
      Path jpegs = root.resolve("JPEGImages");
      Path images = Files.isDirectory(jpegs) ? jpegs : root.resolve("images");
      Map<String, Path> lists = lists(root);
      lists.forEach((split, list) -> gathered.put(split, listed(list, folder, images, pictures)));
      if (lists.isEmpty()) {
        gathered.put(PlainFolder.ALL, all(folder, images, pictures));
      }
      description = "PASCAL VOC's xml files";
    }
    return new BoxSplits(
        description, Gathered.splits(gathered), Gathered.names(gathered.values()), false, false);
  }

  /** Lists of pictures, not those that say which class is in which; trainval where train is not. */
  private static Map<String, Path> lists(Path root) {
    Map<String, Path> lists = new LinkedHashMap<>();
    Path main = root.resolve("ImageSets").resolve("Main");
    if (Files.isDirectory(main)) {
      for (String name : List.of("train", "val", "test", "trainval")) {
        Path file = main.resolve(name + ".txt");
        if (Files.isRegularFile(file)) {
          boolean whole = name.equals("trainval") && !lists.containsKey("train");
          lists.put(whole ? "train" : name, file);
        }
      }
    }
    return lists;
  }

  private static Gathered all(Path folder, Path images, Pictures pictures) {
    Gathered into = new Gathered(pictures);
    Map<String, Path> byStem =
        Files.isDirectory(images) ? Pictures.byStem(images) : new HashMap<>();
    Map<String, Path> left = new java.util.TreeMap<>(byStem);
    for (Path xml : xmls(folder)) {
      String stem = Pictures.stem(Folders.name(xml));
      left.remove(stem);
      read(xml, byStem.get(stem), images, pictures, into);
    }
    if (!left.isEmpty()) {
      into.note(
          "left out: "
              + BoxSplits.counted(left.size(), "picture", "pictures")
              + " without an xml ("
              + dev.adapterx.base.Names.some(left.values().stream().map(Folders::name).toList())
              + ")");
    }
    return into;
  }

  private static Gathered listed(Path list, Path folder, Path images, Pictures pictures) {
    Gathered into = new Gathered(pictures);
    Map<String, Path> byStem =
        Files.isDirectory(images) ? Pictures.byStem(images) : new HashMap<>();
    TextLines.read(
        list,
        (line, number) -> {
          String stem = line.split("\\s+", 2)[0];
          Path xml = folder.resolve(stem + "." + XML);
          if (stem.contains("..") || !Files.isRegularFile(xml)) {
            into.missing(Folders.name(list) + ":" + number + " " + line);
          } else {
            read(xml, byStem.get(stem), images, pictures, into);
          }
        });
    return into;
  }

  private static void read(
      Path xml, @Nullable Path sameName, Path images, Pictures pictures, Gathered into) {
    File file = new File(Folders.name(xml));
    String problem = "";
    try {
      XmlFile.read(xml, file);
    } catch (DataException e) {
      problem = String.valueOf(e.getMessage());
    }
    // The picture of the xml's own name goes before the one it names, which tools forget to change.
    Optional<Path> picture =
        sameName != null ? Optional.of(sameName) : pictures.find(file.picture, List.of(images));
    if (picture.isEmpty()) {
      into.missing(Folders.name(xml) + (file.picture.isEmpty() ? "" : " → " + file.picture));
      return;
    }
    if (!problem.isEmpty()) {
      into.broken(picture.get(), problem);
      return;
    }
    into.picture(picture.get(), file.width, file.height);
    file.faults.forEach(into::fault);
    file.marks().forEach(mark -> into.mark(picture.get(), mark));
  }

  @SuppressWarnings("ArrayRecordComponent") // edges on their way to a box; compared nowhere
  private record Raw(String name, double[] edges, boolean difficult, String where) {}

  /** One file while it is read: only direct children of an object count, not those of its parts. */
  private static final class File implements XmlFile.Handler {
    private final String name;
    private final Deque<String> path = new ArrayDeque<>();
    private final List<Raw> raw = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private String picture = "";
    private int width;
    private int height;
    private String label = "";
    private boolean difficult;
    private final Map<String, Double> edges = new HashMap<>();
    private int line;

    File(String name) {
      this.name = name;
    }

    @Override
    public void begin(String element, XMLStreamReader reader) {
      path.addLast(element);
      if (at("annotation/object")) {
        label = "";
        difficult = false;
        edges.clear();
        line = reader.getLocation().getLineNumber();
      }
    }

    private boolean at(String wanted) {
      return String.join("/", path).equals(wanted);
    }

    @Override
    public void end(String element, String text) {
      switch (String.join("/", path)) {
        case "annotation/filename" -> picture = text;
        case "annotation/size/width" -> width = whole(text);
        case "annotation/size/height" -> height = whole(text);
        case "annotation/object/name" -> label = text;
        case "annotation/object/difficult" -> difficult = text.equals("1");
        case "annotation/object/bndbox/xmin",
            "annotation/object/bndbox/ymin",
            "annotation/object/bndbox/xmax",
            "annotation/object/bndbox/ymax" ->
            edges.put(element, number(text));
        case "annotation/object" -> object();
        default -> {} // what else tools write
      }
      path.removeLast();
    }

    private static int whole(String text) {
      double value = number(text);
      return value > 0 && value < Integer.MAX_VALUE ? (int) value : 0;
    }

    private static double number(String text) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }

    private void object() {
      String where = name + ":" + line;
      if (label.isEmpty()) {
        faults.add(where + ": an object without a name");
      } else if (edges.size() != 4) {
        faults.add(
            "%s: '%s' needs xmin, ymin, xmax and ymax, found %s"
                .formatted(where, label, new java.util.TreeSet<>(edges.keySet())));
      } else {
        double[] values = {
          edges.getOrDefault("xmin", Double.NaN),
          edges.getOrDefault("ymin", Double.NaN),
          edges.getOrDefault("xmax", Double.NaN),
          edges.getOrDefault("ymax", Double.NaN)
        };
        raw.add(new Raw(label, values, difficult, where));
      }
    }

    /** Edges from 0, where both ends belong to the box: its left one is one less. */
    List<Marked> marks() {
      boolean fromZero = raw.stream().anyMatch(r -> r.edges[0] == 0 || r.edges[1] == 0);
      List<Marked> marks = new ArrayList<>();
      for (Raw r : raw) {
        boolean empty = r.edges[2] <= r.edges[0] || r.edges[3] <= r.edges[1];
        double less = fromZero || empty ? 0 : 1;
        marks.add(
            new Marked(
                r.edges[0] - less,
                r.edges[1] - less,
                r.edges[2],
                r.edges[3],
                false,
                r.name,
                false,
                r.difficult,
                Marked.UNKNOWN_AREA,
                r.where));
      }
      return marks;
    }
  }
}
