package dev.adapterx.dense.detect;

import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.box.Rectangle;
import dev.adapterx.dense.score.CocoCounts;
import dev.adapterx.dense.score.Found;
import dev.adapterx.dense.score.Known;
import dev.adapterx.dense.score.Overlap;
import dev.adapterx.dense.score.VocScore;
import dev.adapterx.task.Meter;
import java.util.ArrayList;
import java.util.List;

/** Compares found boxes with true ones by COCO's and VOC's rules, and picture by picture. */
public final class BoxMeter implements Meter<Boxes, Detected> {
  /** From this score on a box is shown to people. */
  public static final double SHOWN = 0.3;

  private static final double VOC_LIMIT = 0.5;

  private final CocoCounts<Rectangle> counts;
  private final VocScore voc;
  private final int[] objects;
  private final List<BoxScores.Picture> pictures = new ArrayList<>();
  private double loss;
  private double weight;

  BoxMeter(int classes) {
    this.counts = new CocoCounts<>(classes, Overlap.BOXES);
    this.voc = new VocScore(classes, VOC_LIMIT);
    this.objects = new int[classes];
  }

  @Override
  public void add(int index, Boxes target, Detected prediction) {
    List<Known<Rectangle>> truths = new ArrayList<>();
    for (Box box : target.boxes()) {
      // What need not be found is left aside, as a crowd is.
      truths.add(new Known<>(box.label(), Rectangle.of(box), box.area(), !box.isWanted()));
      objects[box.label()] += box.isWanted() ? 1 : 0;
    }
    List<Found<Rectangle>> found = new ArrayList<>();
    for (Found<Box> f : prediction.found()) {
      found.add(new Found<>(f.label(), Rectangle.of(f.place()), f.score()));
    }
    counts.add(pictures.size(), truths, found);
    voc.add(target.boxes(), prediction.found());
    loss += prediction.loss();
    weight += prediction.weight();
    Pairing pairing = Pairing.of(target.boxes(), prediction.above(SHOWN));
    pictures.add(
        new BoxScores.Picture(
            index,
            100 * pairing.quality(),
            pairing.right().size(),
            pairing.wrong().size(),
            pairing.missed().size()));
  }

  @Override
  public BoxScores result(double seconds) {
    return new BoxScores(
        counts.score(),
        voc.areas(),
        objects.clone(),
        List.copyOf(pictures),
        weight == 0 ? Double.NaN : loss / weight,
        seconds);
  }
}
