package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;
import java.util.ArrayList;
import java.util.List;

/**
 * Several equal shapes in a layout, for counting and relations: a class is a shape, a count, a
 * layout and a relation. An instance draws position, size, a small rotation of the whole, the
 * rotation of the elements (common or individual), filled or hollow, and colours (common or
 * individual).
 */
record Arrangement(Primitive shape, int count, SpotLayout layout, Relation relation)
    implements Formula {

  /** How the elements of one image differ from each other. */
  enum Relation {
    EQUAL,
    /** Each larger than the one before. */
    GROWING,
    /** One hollow among filled ones, or vice versa. */
    ONE_ODD
  }

  /** All arrangements, in a fixed order. */
  static List<Arrangement> all() {
    List<Arrangement> all = new ArrayList<>();
    for (Primitive shape : Primitive.values()) {
      for (SpotLayout layout : SpotLayout.values()) {
        for (int count = layout.fewest; count <= layout.most; count++) {
          for (Relation relation : Relation.values()) {
            // Nested shapes already grow, and whether one looks hollow depends on those inside.
            if (layout != SpotLayout.NESTED || relation == Relation.EQUAL) {
              all.add(new Arrangement(shape, count, layout, relation));
            }
          }
        }
      }
    }
    return all;
  }

  @Override
  public void paint(Canvas canvas, Rng rng) {
    Look look = Look.draw(rng);
    canvas.paint(look.background());
    look.clutter(canvas, rng);
    double extent = Draw.uniform(rng, 0.3, 0.46);
    AffineMap whole =
        AffineMap.pose(
            Draw.uniform(rng, 0.46, 0.54),
            Draw.uniform(rng, 0.46, 0.54),
            extent,
            extent,
            Draw.uniform(rng, -0.04, 0.04));
    boolean oneTurn = Draw.chance(rng, 0.5);
    boolean oneColour = layout != SpotLayout.HEAP && Draw.chance(rng, 0.6);
    boolean hollow = Draw.chance(rng, layout == SpotLayout.NESTED ? 0.5 : 0.25);
    int odd = relation == Relation.ONE_ODD ? rng.nextInt(count) : -1;
    double turns = rng.nextDouble();
    double lineWidth = Draw.uniform(rng, 0.02, 0.035);
    Paint fill = look.fill(rng);
    Rgb previous = look.background().from();

    List<SpotLayout.Spot> spots = layout.spots(count, rng);
    for (int i = 0; i < count; i++) {
      double radius = extent * spots.get(i).radius() * growth(i);
      double turned = oneTurn || layout == SpotLayout.NESTED ? turns : rng.nextDouble();
      double x = spots.get(i).x();
      double y = spots.get(i).y();
      AffineMap pose = AffineMap.pose(whole.x(x, y), whole.y(x, y), radius, radius, turned);
      Coverage mask = new Coverage(canvas.size);
      boolean line = hollow != (i == odd);
      for (Outline outline : shape.at(pose)) {
        if (line) {
          mask.stroke(outline, Math.min(lineWidth, radius / 3));
        } else {
          mask.fill(outline);
        }
      }
      Paint paint = fill;
      if (!oneColour || (layout == SpotLayout.NESTED && !line)) {
        previous = Rgb.standingOut(rng, 0.3, look.background().from(), previous);
        paint = Paint.plain(previous);
      }
      canvas.paint(mask, paint, 1);
    }
  }

  private double growth(int i) {
    return relation == Relation.GROWING ? 0.5 + 0.7 * i / (count - 1) : 1;
  }
}
