package dev.adapterx.tasks.detect;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.Warp;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.detect.BoxMeter;
import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.detect.Detector;
import dev.adapterx.dense.detect.Pairing;
import dev.adapterx.dense.picture.BoxPainter;
import dev.adapterx.dense.score.Found;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tasks.show.Chosen;
import dev.adapterx.tasks.show.ExpertPictures;
import dev.adapterx.tasks.show.Triples;
import dev.adapterx.train.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** A few pictures beside their boxes and what was found in them: the worst, middle and best. */
final class BoxSamples {
  /** Of the shorter side of what is shown. */
  private static final int SHORT = 240;

  private BoxSamples() {}

  static List<Section> of(
      BoxScores scores, Dataset<Sample<RgbImage, Boxes>> data, AdaptedModel model) {
    Detection task = (Detection) model.task();
    Detector detector = Detector.of(model);
    double least = scores.balance().map(BoxScores.Balance::score).orElse(BoxMeter.SHOWN);
    BoxPainter painter = new BoxPainter(task.colours());
    List<Triples.Triple> triples = new ArrayList<>();
    TreeSet<Integer> seen = new TreeSet<>();
    ExpertPictures experts = new ExpertPictures(model);
    Chosen.of(scores.worstFirst())
        .forEach(
            (picture, words) -> {
              Sample<RgbImage, Boxes> sample = data.sample(picture.index());
              experts.add(
                  detector.window(sample.input()), words + ": " + data.name(picture.index()));
              List<Found<Box>> found =
                  detector.detect(sample.input()).stream().filter(f -> f.score() >= least).toList();
              Pairing pairing = Pairing.of(sample.target().boxes(), found);
              sample.target().boxes().forEach(box -> seen.add(box.label()));
              found.forEach(f -> seen.add(f.label()));
              Warp small = small(sample.input());
              RgbImage photo = small.of(sample.input());
              triples.add(
                  new Triples.Triple(
                      String.format(
                          Locale.ROOT,
                          "%s: %s, with scores from %s on %d of %d found, %d wrong, quality %.1f %%; drawn from %.2f on",
                          words,
                          data.name(picture.index()),
                          BoxMeter.SHOWN,
                          picture.right(),
                          picture.right() + picture.missed(),
                          picture.wrong(),
                          picture.quality(),
                          least),
                      PngFile.bytes(photo),
                      PngFile.bytes(painter.truth(photo, moved(sample.target().boxes(), small))),
                      PngFile.bytes(
                          painter.found(
                              photo,
                              found.stream()
                                  .map(
                                      f ->
                                          new Found<>(
                                              f.label(), moved(f.place(), small), f.score()))
                                  .toList(),
                              moved(pairing.missed(), small)))));
            });
    List<Triples.Key> keys =
        seen.stream().map(c -> new Triples.Key(task.labels().get(c), task.colours()[c])).toList();
    return List.of(new Triples(triples, keys, false), experts.section());
  }

  private static List<Box> moved(List<Box> boxes, Warp warp) {
    return boxes.stream().map(box -> moved(box, warp)).toList();
  }

  private static Box moved(Box box, Warp warp) {
    return new Box(
        warp.x(box.x1()),
        warp.y(box.y1()),
        warp.x(box.x2()),
        warp.y(box.y2()),
        box.label(),
        box.crowd(),
        box.difficult());
  }

  private static Warp small(RgbImage picture) {
    int shorter = Math.min(picture.width(), picture.height());
    int size = Math.min(SHORT, shorter);
    return Resize.shorterSide(size, Filter.BICUBIC)
        .draw(picture.width(), picture.height(), Rng.of(0, "thumbnail"));
  }
}
