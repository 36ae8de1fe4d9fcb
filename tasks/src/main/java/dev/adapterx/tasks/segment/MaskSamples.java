package dev.adapterx.tasks.segment;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.Warp;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.score.PixelScore;
import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.dense.segment.Segmenter;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tasks.show.Chosen;
import dev.adapterx.tasks.show.ClassBars;
import dev.adapterx.tasks.show.ExpertPictures;
import dev.adapterx.tasks.show.PixelConfusion;
import dev.adapterx.tasks.show.Triples;
import dev.adapterx.train.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** A few pictures beside their masks and what was found in them: the worst, middle and best. */
final class MaskSamples {
  /** Of the shorter side of what is shown. */
  private static final int SHORT = 180;

  private MaskSamples() {}

  static List<Section> of(
      PixelScores scores, Dataset<Sample<RgbImage, ClassMask>> data, AdaptedModel model) {
    Segmentation task = (Segmentation) model.task();
    Segmenter segmenter = Segmenter.of(model);
    MaskPainter painter = new MaskPainter(task.colours());
    List<Triples.Triple> triples = new ArrayList<>();
    TreeSet<Integer> seen = new TreeSet<>();
    ExpertPictures experts = new ExpertPictures(model);
    Chosen.of(scores.worstFirst())
        .forEach(
            (picture, words) -> {
              Sample<RgbImage, ClassMask> sample = data.sample(picture.index());
              ClassMask found = segmenter.segment(sample.input());
              experts.add(
                  segmenter.window(sample.input()), words + ": " + data.name(picture.index()));
              Warp small = small(sample.input());
              for (ClassMask mask : List.of(sample.target(), found)) {
                for (short c : mask.classes()) {
                  seen.add((int) c);
                }
              }
              triples.add(
                  new Triples.Triple(
                      "%s: %s, mIoU %s %%"
                          .formatted(
                              words,
                              data.name(picture.index()),
                              String.format(Locale.ROOT, "%.1f", picture.meanIou())),
                      PngFile.bytes(small.of(sample.input())),
                      PngFile.bytes(painter.painted(sample.target().warped(small))),
                      PngFile.bytes(painter.painted(found.warped(small)))));
            });
    List<Triples.Key> keys =
        seen.stream()
            .filter(c -> c >= 0)
            .map(c -> new Triples.Key(task.labels().get(c), task.colours()[c]))
            .toList();
    return List.of(
        new Triples(triples, keys, seen.contains((int) ClassMask.IGNORED)), experts.section());
  }

  private static Warp small(RgbImage picture) {
    int shorter = Math.min(picture.width(), picture.height());
    int size = Math.min(SHORT, shorter);
    return Resize.shorterSide(size, Filter.BICUBIC)
        .draw(picture.width(), picture.height(), Rng.of(0, "thumbnail"));
  }

  /** IoU class by class, and what was taken for what. */
  static List<Section> figures(PixelScores scores, List<String> labels) {
    PixelScore score = scores.score();
    long all = 0;
    for (long pixels : score.pixels()) {
      all += pixels;
    }
    List<ClassBars.Bar> bars = new ArrayList<>();
    double[][] shares = new double[labels.size()][labels.size()];
    for (int c = 0; c < labels.size(); c++) {
      double share = (double) score.pixels()[c] / all;
      bars.add(new ClassBars.Bar(labels.get(c), score.iou()[c], score.accuracy()[c], share));
      for (int p = 0; p < labels.size(); p++) {
        shares[c][p] = (double) scores.counts().count(c, p) / score.pixels()[c];
      }
    }
    return List.of(new ClassBars("pixels", bars), new PixelConfusion("pixels", shares, labels));
  }
}
