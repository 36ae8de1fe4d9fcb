package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.images.ImageHeader;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pictures with boxes around objects. A box that reaches beyond its picture is cut at the edge; one
 * that lies outside is left out.
 *
 * @param pictures in the order the layout defines
 * @param classes names, position = label; boxes of other names are left out
 * @param exifOrientation whether pictures are turned as their EXIF tag says, where the annotation
 *     does not say which way they lie
 */
public record BoxDataset(List<Annotated> pictures, List<String> classes, boolean exifOrientation)
    implements Dataset<Sample<RgbImage, Boxes>> {
  /**
   * Boxes in a picture of known size.
   *
   * @param cut boxes that reached beyond it by more than a hundredth of its side
   * @param outside boxes that lay outside of it
   */
  record Fitted(Boxes boxes, List<String> cut, List<String> outside) {}

  /** What annotations may be off by, in sides of the picture, without being named. */
  private static final double SLACK = 0.01;

  public BoxDataset {
    pictures = List.copyOf(pictures);
    classes = List.copyOf(classes);
  }

  /** The same, turned as EXIF tags say or not. */
  public BoxDataset withExifOrientation(boolean turned) {
    return new BoxDataset(pictures, classes, turned);
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public int label(int i) {
    return UNLABELLED;
  }

  @Override
  public String name(int i) {
    return pictures.get(i).name();
  }

  /** The annotation says which way a picture lies, where its sides differ. */
  @Override
  public Sample<RgbImage, Boxes> sample(int i) {
    RgbImage picture = picture(i);
    return new Sample<>(picture, fitted(i, picture.width(), picture.height()).boxes());
  }

  private RgbImage picture(int i) {
    Annotated own = pictures.get(i);
    if (own.broken() != null) {
      throw new DataException(own.broken());
    }
    RgbImage picture = ImageDecoder.decode(own.picture(), exifOrientation);
    if (!fits(own, picture)) {
      RgbImage other = ImageDecoder.decode(own.picture(), !exifOrientation);
      if (!fits(own, other)) {
        throw new DataException(
            "%s has %d x %d pixels, its boxes are for %d x %d; boxes need the size of their picture"
                .formatted(
                    own.picture(), picture.width(), picture.height(), own.width(), own.height()));
      }
      picture = other;
    }
    return picture;
  }

  private static boolean fits(Annotated own, RgbImage picture) {
    return own.width() == 0
        || own.height() == 0
        || (own.width() == picture.width() && own.height() == picture.height());
  }

  /** The boxes of a picture of that size. */
  Fitted fitted(int i, int width, int height) {
    Map<String, Integer> labels = new HashMap<>();
    classes.forEach(name -> labels.put(name, labels.size()));
    List<Box> boxes = new ArrayList<>();
    List<String> cut = new ArrayList<>();
    List<String> outside = new ArrayList<>();
    for (Marked mark : pictures.get(i).marks()) {
      Integer label = labels.get(mark.name());
      if (label == null) {
        continue; // of a class that was not asked for
      }
      Box box = mark.box(width, height, label);
      double left = Math.max(0, box.x1());
      double top = Math.max(0, box.y1());
      double right = Math.min(width, box.x2());
      double bottom = Math.min(height, box.y2());
      if (right <= left || bottom <= top) {
        outside.add(outside(mark, width, height));
        continue;
      }
      if (box.x1() < -SLACK * width
          || box.y1() < -SLACK * height
          || box.x2() > (1 + SLACK) * width
          || box.y2() > (1 + SLACK) * height) {
        cut.add(mark.where() + ": '" + mark.name() + "' reaches beyond the picture");
      }
      double area = Math.min(box.area(), (right - left) * (bottom - top));
      boxes.add(
          new Box(
              left,
              top,
              right,
              bottom,
              label,
              box.crowd(),
              box.difficult(),
              mark.area() >= 0 ? mark.area() : area));
    }
    return new Fitted(new Boxes(width, height, boxes), cut, outside);
  }

  /** Whether it has an object that is to be found. */
  @Override
  public boolean hasTarget(int i) {
    Annotated own = pictures.get(i);
    if (own.broken() != null) {
      throw new DataException(own.broken());
    }
    List<Marked> wanted =
        own.marks().stream()
            .filter(m -> classes.contains(m.name()) && !m.crowd() && !m.difficult())
            .toList();
    return !wanted.isEmpty() && outside(own, wanted).size() < wanted.size();
  }

  /** Boxes that lie outside of their picture; of pictures no more than the header is read. */
  List<String> outside() {
    return pictures.parallelStream()
        .flatMap(
            own ->
                outside(own, own.marks().stream().filter(m -> classes.contains(m.name())).toList())
                    .stream())
        .toList();
  }

  private static List<String> outside(Annotated own, List<Marked> marks) {
    int width = own.width();
    int height = own.height();
    if (width == 0 || height == 0) {
      boolean inPixels = marks.stream().anyMatch(mark -> !mark.relative());
      Optional<ImageHeader> header = inPixels ? header(own.picture()) : Optional.empty();
      if (inPixels && header.isEmpty()) {
        return List.of(); // its reader says what is wrong
      }
      // It may lie turned.
      int longer = header.map(h -> Math.max(h.width(), h.height())).orElse(1);
      width = longer;
      height = longer;
    }
    List<String> outside = new ArrayList<>();
    for (Marked mark : marks) {
      if (isOutside(mark.box(width, height, 0), width, height)) {
        outside.add(outside(mark, own.width(), own.height()));
      }
    }
    return outside;
  }

  private static Optional<ImageHeader> header(Path picture) {
    try {
      return ImageHeader.of(picture);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isOutside(Box box, int width, int height) {
    return Math.min(width, box.x2()) <= Math.max(0, box.x1())
        || Math.min(height, box.y2()) <= Math.max(0, box.y1());
  }

  private static String outside(Marked mark, int width, int height) {
    return "%s: '%s' lies outside of the picture%s: left %s, top %s, right %s, bottom %s%s"
        .formatted(
            mark.where(),
            mark.name(),
            width > 0 && height > 0 ? " of %d x %d pixels".formatted(width, height) : "",
            Marked.text(mark.x1()),
            Marked.text(mark.y1()),
            Marked.text(mark.x2()),
            Marked.text(mark.y2()),
            mark.relative() ? " (in shares of its sides)" : "");
  }

  @Override
  public long memory(int i) {
    return ImageHeader.memory(pictures.get(i).picture());
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(pictures.get(i).picture());
  }
}
