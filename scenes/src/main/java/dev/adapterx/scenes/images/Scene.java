package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.scenes.draw.Draw;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One image of {@link QuickstartImages}: a background with shards and strokes, the patterned
 * object, an occluder partly before it, then light, blur and grain. Every colour is drawn anew, so
 * that only the outline identifies the object.
 */
final class Scene {
  // How hard the task is, all in one place.
  private static final int MOST_SHARDS = 3;
  private static final int MOST_STROKES = 2;
  private static final double SMALLEST = 0.36;
  private static final double LARGEST = 0.46;
  private static final double AMONG_SMALLEST = 0.22;
  private static final double AMONG_LARGEST = 0.34;
  private static final double LEAST_CONTRAST = 0.4;
  private static final double OCCLUDED = 0.25;
  private static final double MOST_HIDDEN = 0.15;
  private static final double WOBBLE = 0.03;
  private static final double MOST_TURN = 0.045; // 16° in either direction
  private static final double MOST_GRAIN = 0.06;

  private final Canvas canvas;
  private final Rng rng;

  private Scene(int size, Rng rng) {
    this.canvas = new Canvas(size);
    this.rng = rng;
  }

  static RgbImage of(Silhouette thing, int size, Rng rng) {
    Scene scene = new Scene(size, rng);
    scene.ground();
    scene.strokes(Draw.whole(rng, 1, MOST_STROKES));
    scene.occlude(scene.thing(thing));
    scene.strokes(rng.nextInt(2));
    scene.finish();
    return scene.canvas.image();
  }

  /**
   * Several objects, the later ones before the earlier; each is smaller than one alone and most of
   * it is visible.
   */
  static Several several(List<Silhouette> things, int size, Rng rng) {
    Scene scene = new Scene(size, rng);
    scene.ground();
    scene.strokes(Draw.whole(rng, 1, MOST_STROKES));
    List<Coverage> placed = new ArrayList<>();
    for (Silhouette thing : things) {
      placed.add(scene.among(thing, placed));
    }
    scene.finish();
    return new Several(scene.canvas.image(), placed);
  }

  /** A picture and the coverage of each of its objects, in the order they were painted. */
  record Several(RgbImage picture, List<Coverage> things) {}

  /** An object that hides little of those before it, if a few attempts find such a place. */
  private Coverage among(Silhouette thing, List<Coverage> before) {
    Coverage best = null;
    double least = Double.POSITIVE_INFINITY;
    List<Outline> chosen = List.of();
    for (int attempt = 0; attempt < 8 && least > 0.01; attempt++) {
      double radius = Draw.uniform(rng, AMONG_SMALLEST, AMONG_LARGEST);
      List<Outline> outlines = outlines(thing, radius);
      Coverage mask = new Coverage(canvas.size);
      mask.fill(outlines);
      double hidden = before.stream().mapToDouble(b -> mask.share(b) / b.share()).max().orElse(0);
      if (best == null || hidden < least) {
        best = mask;
        least = hidden;
        chosen = outlines;
      }
    }
    paint(Objects.requireNonNull(best), chosen);
    return best;
  }

  private void ground() {
    canvas.paint(new Paint(muted(), muted(), Field.clouds(rng, Draw.uniform(rng, 2, 7))));
    for (int i = Draw.whole(rng, 2, MOST_SHARDS); i > 0; i--) {
      Coverage shard = new Coverage(canvas.size);
      shard.fill(shard(rng.nextDouble(), rng.nextDouble(), Draw.uniform(rng, 0.06, 0.28)));
      canvas.paint(shard, pattern(muted(), muted()), Draw.uniform(rng, 0.4, 0.95));
    }
  }

  /** Three to six corners around a point. */
  private Outline shard(double cx, double cy, double radius) {
    int corners = Draw.whole(rng, 3, 6);
    double start = rng.nextDouble();
    double[] x = new double[corners];
    double[] y = new double[corners];
    for (int i = 0; i < corners; i++) {
      double turns = start + (i + Draw.uniform(rng, -0.3, 0.3)) / corners;
      double reach = radius * Draw.uniform(rng, 0.5, 1.2);
      x[i] = cx + reach * Waves.cos(turns);
      y[i] = cy + reach * Waves.sin(turns);
    }
    return new Outline(x, y);
  }

  private void strokes(int count) {
    for (int i = 0; i < count; i++) {
      double width = Draw.uniform(rng, 0.012, 0.045);
      double bend = Draw.uniform(rng, -0.25, 0.25);
      Outline arc = Outline.arc(0, 0, 0.5, bend, 0, Draw.uniform(rng, 0.2, 0.6), 9);
      double length = Draw.uniform(rng, 0.2, 0.9);
      AffineMap pose =
          AffineMap.pose(rng.nextDouble(), rng.nextDouble(), length, length, rng.nextDouble());
      Coverage mask = new Coverage(canvas.size);
      mask.trace(arc.mapped(pose), width);
      canvas.paint(mask, Paint.plain(muted()), 0.9);
    }
  }

  private Coverage thing(Silhouette thing) {
    List<Outline> outlines = outlines(thing, Draw.uniform(rng, SMALLEST, LARGEST));
    Coverage mask = new Coverage(canvas.size);
    mask.fill(outlines);
    paint(mask, outlines);
    return mask;
  }

  private List<Outline> outlines(Silhouette thing, double radius) {
    double margin = 0.85 * radius;
    AffineMap pose =
        AffineMap.pose(
            Draw.uniform(rng, margin, 1 - margin),
            Draw.uniform(rng, margin, 1 - margin),
            radius * Draw.uniform(rng, 0.85, 1.15) * (Draw.chance(rng, 0.5) ? -1 : 1),
            radius * Draw.uniform(rng, 0.85, 1.15),
            Draw.uniform(rng, -MOST_TURN, MOST_TURN));
    return thing.drawn(new Lattice(rng), WOBBLE, pose);
  }

  /** In colours that stand out from what is below. */
  private void paint(Coverage mask, List<Outline> outlines) {
    Rgb ground = canvas.mean(mask);
    Rgb first = apart(ground);
    Rgb second = Draw.chance(rng, 0.5) ? first.near(rng, 0.2) : apart(ground);
    canvas.paint(mask, pattern(first, second), 1);
    if (Draw.chance(rng, 0.4)) {
      Coverage rim = new Coverage(canvas.size);
      for (Outline outline : outlines) {
        rim.stroke(outline, Draw.uniform(rng, 0.012, 0.025));
      }
      canvas.paint(rim, Paint.plain(muted()), 0.85);
    }
  }

  /** An occluder before the object that leaves most of it visible. */
  private void occlude(Coverage thing) {
    if (!Draw.chance(rng, OCCLUDED)) {
      return;
    }
    for (int attempt = 0; attempt < 6; attempt++) {
      Coverage cover = new Coverage(canvas.size);
      double x = Draw.uniform(rng, 0.15, 0.85);
      double y = Draw.uniform(rng, 0.15, 0.85);
      if (Draw.chance(rng, 0.5)) {
        cover.fill(shard(x, y, Draw.uniform(rng, 0.08, 0.2)));
      } else {
        double turns = rng.nextDouble();
        double dx = Waves.cos(turns);
        double dy = Waves.sin(turns);
        cover.line(x - dx, y - dy, x + dx, y + dy, Draw.uniform(rng, 0.03, 0.08));
      }
      double hidden = cover.share(thing) / thing.share();
      if (hidden > 0.02 && hidden < MOST_HIDDEN) {
        canvas.paint(cover, pattern(muted(), muted()), 1);
        return;
      }
    }
  }

  private void finish() {
    if (Draw.chance(rng, 0.6)) {
      canvas.light(Field.ramp(rng), Draw.uniform(rng, 0.1, 0.5));
    }
    if (Draw.chance(rng, 0.3)) {
      canvas.blur();
    }
    canvas.grain(rng, Draw.uniform(rng, 0.01, MOST_GRAIN));
  }

  private Paint pattern(Rgb first, Rgb second) {
    Field field =
        switch (rng.nextInt(5)) {
          case 0 -> Field.plain();
          case 1 -> Field.ramp(rng);
          case 2 -> Field.clouds(rng, Draw.uniform(rng, 6, 14));
          case 3 -> Field.stripes(rng, Draw.uniform(rng, 5, 14), 2);
          default -> checks(Draw.uniform(rng, 5, 11));
        };
    return new Paint(first, second, field);
  }

  private Field checks(double count) {
    double turns = rng.nextDouble();
    double dx = count * Waves.cos(turns);
    double dy = count * Waves.sin(turns);
    return (x, y) -> {
      int column = (int) Math.floor(x * dx + y * dy);
      int row = (int) Math.floor(y * dx - x * dy);
      return (column + row) & 1;
    };
  }

  private Rgb apart(Rgb ground) {
    Rgb best = muted();
    for (int i = 0; i < 10 && best.contrast(ground) < LEAST_CONTRAST; i++) {
      Rgb next = muted();
      best = next.contrast(ground) > best.contrast(ground) ? next : best;
    }
    return best;
  }

  /** Photographic rather than pure: bell-shaped brightness, weak chroma. */
  private Rgb muted() {
    double light = Field.clamp(0.5 + 0.24 * Draw.grain(rng));
    return new Rgb(light, light, light).near(rng, Draw.uniform(rng, 0.02, 0.22));
  }
}
