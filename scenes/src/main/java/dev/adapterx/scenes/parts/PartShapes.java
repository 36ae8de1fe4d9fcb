package dev.adapterx.scenes.parts;

import dev.adapterx.base.Rng;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.points.LabelledPly;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.scenes.parts.Piece.Box;
import dev.adapterx.scenes.parts.Piece.Cone;
import dev.adapterx.scenes.parts.Piece.Ring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Chairs, tables, lamps and mugs of random proportions, computed, whose points know of which part
 * they are: to try labelling of points without a download. The same seed gives the same objects on
 * every machine. y points up.
 */
public final class PartShapes {
  /** Kinds of objects. */
  public static final List<String> CATEGORIES = List.of("chair", "lamp", "mug", "table");

  /** Parts of all kinds; position = label. */
  public static final List<String> PARTS =
      List.of(
          "chair back",
          "chair seat",
          "chair leg",
          "lamp base",
          "lamp pole",
          "lamp shade",
          "mug body",
          "mug handle",
          "table top",
          "table leg");

  private static final double NOISE = 0.004;

  /** An object's points with the part of each; not copied. */
  @SuppressWarnings("ArrayRecordComponent") // as long as the cloud
  public record Labelled(PointCloud cloud, short[] labels) {}

  private record Part(int label, Piece piece) {}

  private PartShapes() {}

  /**
   * One object.
   *
   * @param category of {@link #CATEGORIES}
   * @param points how many
   */
  public static Labelled of(String category, int points, long seed) {
    Rng rng = Rng.of(seed, "parts").at(category);
    List<Part> parts =
        switch (category) {
          case "chair" -> chair(rng.at("form"));
          case "lamp" -> lamp(rng.at("form"));
          case "mug" -> mug(rng.at("form"));
          case "table" -> table(rng.at("form"));
          default ->
              throw new IllegalArgumentException(
                  "Expected one of " + CATEGORIES + ", found " + category);
        };
    return drawn(parts, points, rng.at("points"));
  }

  private static double between(Rng rng, double low, double high) {
    return low + (high - low) * rng.nextDouble();
  }

  private static Part box(int label, double... corners) {
    return new Part(
        label,
        new Box(
            new double[] {corners[0], corners[1], corners[2]},
            new double[] {corners[3], corners[4], corners[5]}));
  }

  private static void legs(
      List<Part> parts, int label, double width, double depth, double height, double thick) {
    for (int i = 0; i < 4; i++) {
      double x = i % 2 == 0 ? -width / 2 : width / 2 - thick;
      double z = i / 2 == 0 ? -depth / 2 : depth / 2 - thick;
      parts.add(box(label, x, 0, z, x + thick, height, z + thick));
    }
  }

  private static List<Part> chair(Rng rng) {
    List<Part> parts = new ArrayList<>();
    double width = between(rng, 0.4, 0.6);
    double depth = between(rng, 0.4, 0.6);
    double seat = between(rng, 0.35, 0.5);
    double back = between(rng, 0.35, 0.7);
    double thick = between(rng, 0.03, 0.07);
    parts.add(
        box(0, -width / 2, seat + thick, -depth / 2, width / 2, seat + back, thick - depth / 2));
    parts.add(box(1, -width / 2, seat, -depth / 2, width / 2, seat + thick, depth / 2));
    if (rng.nextInt(3) == 0) {
      parts.add(new Part(2, new Cone(0, 0, 0, seat, between(rng, 0.05, 0.2), thick)));
    } else {
      legs(parts, 2, width, depth, seat, thick);
    }
    return parts;
  }

  private static List<Part> table(Rng rng) {
    List<Part> parts = new ArrayList<>();
    double width = between(rng, 0.8, 1.4);
    double depth = between(rng, 0.5, 1);
    double height = between(rng, 0.4, 0.8);
    double thick = between(rng, 0.03, 0.08);
    parts.add(box(8, -width / 2, height, -depth / 2, width / 2, height + thick, depth / 2));
    if (rng.nextInt(3) == 0) {
      parts.add(new Part(9, new Cone(0, 0, 0, height, between(rng, 0.15, 0.35), thick)));
    } else {
      legs(parts, 9, width, depth, height, thick);
    }
    return parts;
  }

  private static List<Part> lamp(Rng rng) {
    double foot = between(rng, 0.12, 0.25);
    double base = between(rng, 0.03, 0.12);
    double pole = between(rng, 0.4, 0.9);
    double shade = between(rng, 0.2, 0.4);
    double thin = between(rng, 0.012, 0.03);
    return List.of(
        new Part(3, new Cone(0, 0, 0, base, foot, thin)),
        new Part(4, new Cone(0, 0, base, base + pole, thin, thin)),
        new Part(
            5,
            new Cone(
                0,
                0,
                base + pole,
                base + pole + shade,
                between(rng, 0.2, 0.35),
                between(rng, 0.08, 0.2))));
  }

  private static List<Part> mug(Rng rng) {
    double radius = between(rng, 0.25, 0.4);
    double height = between(rng, 0.6, 1);
    double below = radius * between(rng, 0.7, 1);
    return List.of(
        new Part(6, new Cone(0, 0, 0, height, below, radius)),
        new Part(
            7,
            new Ring(
                (below + radius) / 2 + 0.1,
                height / 2,
                height * between(rng, 0.2, 0.32),
                between(rng, 0.03, 0.06))));
  }

  /** Half of the points by area, half of them part by part, so that small parts have some. */
  private static Labelled drawn(List<Part> parts, int points, Rng rng) {
    float[] xyz = new float[3 * points];
    short[] labels = new short[points];
    double all = parts.stream().mapToDouble(p -> p.piece.area()).sum();
    for (int i = 0; i < points; i++) {
      Part part = parts.get(parts.size() - 1);
      if (i % 2 == 0) {
        part = parts.get(rng.nextInt(parts.size()));
      } else {
        double left = rng.nextDouble() * all;
        for (Part one : parts) {
          left -= one.piece.area();
          if (left < 0) {
            part = one;
            break;
          }
        }
      }
      part.piece.draw(rng, xyz, 3 * i);
      for (int axis = 0; axis < 3; axis++) {
        xyz[3 * i + axis] += (float) (NOISE * rng.nextGaussian());
      }
      labels[i] = (short) part.label;
    }
    return new Labelled(new PointCloud(xyz), labels);
  }

  /**
   * Writes what is not there yet of a data set: {@code SPLIT/CATEGORY/NUMBER.ply} with a label for
   * each point, and the names in {@code classes.txt}.
   *
   * @param train objects of each category to train on
   * @param test objects of each category to measure on
   * @return how many objects were written
   */
  public static int write(Path folder, int train, int test, int points, long seed) {
    WholeFile.write(folder.resolve("classes.txt"), String.join("\n", PARTS) + "\n");
    int written = 0;
    for (String split : List.of("train", "test")) {
      for (String category : CATEGORIES) {
        int count = split.equals("train") ? train : test;
        for (int i = 0; i < count; i++) {
          Path file = folder.resolve(split).resolve(category).resolve(i + ".ply");
          if (!Files.exists(file)) {
            long own = Rng.of(seed, split).at(category).at(i).nextLong();
            Labelled object = of(category, points, own);
            LabelledPly.write(file, object.cloud, object.labels, null, List.of());
            written++;
          }
        }
      }
    }
    return written;
  }
}
