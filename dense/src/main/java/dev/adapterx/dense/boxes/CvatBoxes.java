package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * CVAT's "for images 1.1": {@code annotations.xml} with images and their boxes, outlines, ellipses
 * and masks, of which the box around them is taken. Tracks of videos are refused.
 */
final class CvatBoxes implements BoxLayoutKind {
  @Override
  public String name() {
    return "cvat";
  }

  @Override
  public boolean matches(Path root) {
    return !files(root).isEmpty();
  }

  private static List<Path> files(Path root) {
    return Folders.visibleFiles(root).stream()
        .filter(f -> Folders.extension(f).equals("xml"))
        .filter(f -> XmlFile.outermost(f).equals("annotations"))
        .toList();
  }

  @Override
  public BoxSplits find(Path root) {
    Pictures pictures = new Pictures(root);
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    List<Path> files = files(root);
    for (Path file : files) {
      String own = Pictures.split(Pictures.stem(Folders.name(file))).orElse(PlainFolder.ALL);
      XmlFile.read(file, new File(root, file, own, pictures, gathered));
    }
    return new BoxSplits(
        "CVAT's annotations ("
            + String.join(", ", files.stream().map(Folders::name).toList())
            + ")",
        Gathered.splits(gathered),
        Gathered.names(gathered.values()),
        true,
        false);
  }

  /** One file while it is read. */
  private static final class File implements XmlFile.Handler {
    private final Path root;
    private final Path file;
    private final String split;
    private final Pictures pictures;
    private final Map<String, Gathered> gathered;
    private @Nullable Path picture;
    private @Nullable Gathered into;

    File(Path root, Path file, String split, Pictures pictures, Map<String, Gathered> gathered) {
      this.root = root;
      this.file = file;
      this.split = split;
      this.pictures = pictures;
      this.gathered = gathered;
    }

    @Override
    public void begin(String name, XMLStreamReader xml) {
      String where = Folders.name(file) + ":" + xml.getLocation().getLineNumber();
      switch (name) {
        case "track" ->
            throw new DataException(
                where
                    + ": tracks of a video; export \"CVAT for images 1.1\", which has the boxes of"
                    + " each frame");
        case "image" -> image(xml, where);
        case "box", "polygon", "polyline", "ellipse", "mask", "points" -> shape(name, xml, where);
        default -> {} // labels, attributes and what the job was
      }
    }

    private static String text(XMLStreamReader xml, String attribute) {
      String value = xml.getAttributeValue(null, attribute);
      return value == null ? "" : value.strip();
    }

    private static double number(XMLStreamReader xml, String attribute) {
      return CsvFile.number(text(xml, attribute));
    }

    private void image(XMLStreamReader xml, String where) {
      String subset = text(xml, "subset");
      String own = subset.isEmpty() || subset.equals("default") ? split : subset;
      Gathered to = gathered.computeIfAbsent(own, s -> new Gathered(pictures));
      into = to;
      String told = text(xml, "name");
      Optional<Path> found =
          pictures.find(
              told, List.of(root.resolve("images").resolve(own), root.resolve("images"), root));
      picture = found.orElse(null);
      if (found.isEmpty()) {
        to.missing(told.isEmpty() ? where + " without a name" : told);
      } else {
        double width = number(xml, "width");
        double height = number(xml, "height");
        to.picture(found.get(), width > 0 ? (int) width : 0, height > 0 ? (int) height : 0);
      }
    }

    private void shape(String kind, XMLStreamReader xml, String where) {
      Gathered to = into;
      Path of = picture;
      if (to == null || of == null) {
        return; // the picture is named as missing
      }
      String label = text(xml, "label");
      if (label.isEmpty()) {
        to.fault(where + ": a " + kind + " without a label");
        return;
      }
      Envelope around = new Envelope();
      switch (kind) {
        case "box" -> {
          double turned = text(xml, "rotation").isEmpty() ? 0 : number(xml, "rotation");
          rectangle(
              around,
              number(xml, "xtl"),
              number(xml, "ytl"),
              number(xml, "xbr"),
              number(xml, "ybr"),
              turned);
          if (number(xml, "xbr") <= number(xml, "xtl")
              || number(xml, "ybr") <= number(xml, "ytl")) {
            to.fault(
                Marked.pixels(
                        number(xml, "xtl"),
                        number(xml, "ytl"),
                        number(xml, "xbr"),
                        number(xml, "ybr"),
                        label,
                        where)
                    .fault());
            return;
          }
          if (turned != 0) {
            to.note("of boxes that are turned the one around them is taken");
          }
        }
        case "ellipse" -> {
          double x = number(xml, "cx");
          double y = number(xml, "cy");
          around.add(x - number(xml, "rx"), y - number(xml, "ry"));
          around.add(x + number(xml, "rx"), y + number(xml, "ry"));
        }
        case "mask" -> {
          double left = number(xml, "left");
          double top = number(xml, "top");
          around.add(left, top);
          around.add(left + number(xml, "width"), top + number(xml, "height"));
        }
        case "points", "polyline" -> {
          to.fault(where + ": '" + label + "' is " + kind + ", which is no box");
          return;
        }
        default -> points(around, text(xml, "points"));
      }
      to.mark(of, around.mark(false, label, where));
    }

    private static void points(Envelope around, String text) {
      int at = 0;
      while (at < text.length()) {
        int end = text.indexOf(';', at);
        String point = text.substring(at, end < 0 ? text.length() : end);
        int comma = point.indexOf(',');
        around.add(
            comma < 0 ? Double.NaN : CsvFile.number(point.substring(0, comma)),
            CsvFile.number(point.substring(comma + 1)));
        at = end < 0 ? text.length() : end + 1;
      }
    }

    /** Turned about its middle, in degrees. */
    private static void rectangle(
        Envelope around, double x1, double y1, double x2, double y2, double degrees) {
      double cos = Math.cos(Math.toRadians(degrees));
      double sin = Math.sin(Math.toRadians(degrees));
      double halfWidth = (x2 - x1) / 2;
      double halfHeight = (y2 - y1) / 2;
      double across = Math.abs(halfWidth * cos) + Math.abs(halfHeight * sin);
      double down = Math.abs(halfWidth * sin) + Math.abs(halfHeight * cos);
      double x = (x1 + x2) / 2;
      double y = (y1 + y2) / 2;
      around.add(degrees == 0 ? x1 : x - across, degrees == 0 ? y1 : y - down);
      around.add(degrees == 0 ? x2 : x + across, degrees == 0 ? y2 : y + down);
    }
  }
}
