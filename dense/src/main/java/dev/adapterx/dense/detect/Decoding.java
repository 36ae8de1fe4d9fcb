package dev.adapterx.dense.detect;

import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.box.Suppression;
import dev.adapterx.dense.picture.Place;
import dev.adapterx.dense.picture.Tiles;
import dev.adapterx.dense.score.Found;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * From outputs to boxes: a score is {@code √(σ(class) · σ(centre))}; of each level the surest 1,000
 * above 0.05 become boxes, which are cut at the picture's edges; of boxes of one class that overlap
 * by more than 0.6 the surest stays; the best 100 are kept.
 *
 * @param most boxes of a picture
 */
record Decoding(Places places, double threshold, int mostOfLevel, double overlap, int most) {
  /** Found boxes below it are left out. */
  static final double LEAST_SCORE = 0.05;

  private static final int OF_LEVEL = 1000;
  private static final double OVERLAP = 0.6;
  private static final int OF_PICTURE = 100;
  private static final int SIDES = 4;

  /** The usual numbers. */
  static Decoding of(Places places) {
    return new Decoding(places, LEAST_SCORE, OF_LEVEL, OVERLAP, OF_PICTURE);
  }

  /** One class at one place. */
  private record Candidate(int place, int label, double score) {}

  /** Boxes in pixels of the resized picture. */
  private static final class Gathered {
    private final List<double[]> edges = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();
  }

  /**
   * Of one tile after the other.
   *
   * @param scores (tiles, R, C) before the sigmoid
   * @param distances (tiles, R, 4) in strides
   * @param centre (tiles, R) before the sigmoid
   * @param tiles of the picture
   * @param width of the picture in its own size
   * @param height of the picture in its own size
   */
  List<Found<Box>> boxes(
      float[] scores, float[] distances, float[] centre, Tiles tiles, int width, int height) {
    int r = places.count();
    int classes = scores.length / centre.length;
    Gathered all = new Gathered();
    List<Place> tilePlaces = tiles.places();
    for (int t = 0; t < tilePlaces.size(); t++) {
      for (Places.Level level : places.levels()) {
        for (Candidate c : surest(level, scores, centre, t * r, classes)) {
          add(all, level, c, distances, t * r, tilePlaces.get(t), tiles);
        }
      }
    }
    int n = all.candidates.size();
    double[] edges = new double[SIDES * n];
    double[] sureness = new double[n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(all.edges.get(i), 0, edges, SIDES * i, SIDES);
      sureness[i] = all.candidates.get(i).score;
      labels[i] = all.candidates.get(i).label;
    }
    double toWidth = (double) width / tiles.width();
    double toHeight = (double) height / tiles.height();
    return Arrays.stream(new Suppression(overlap).kept(edges, sureness, labels))
        .limit(most)
        .mapToObj(
            i ->
                new Found<>(
                    labels[i],
                    Box.of(
                        edges[SIDES * i] * toWidth,
                        edges[SIDES * i + 1] * toHeight,
                        Math.min(width, edges[SIDES * i + 2] * toWidth),
                        Math.min(height, edges[SIDES * i + 3] * toHeight),
                        labels[i]),
                    sureness[i]))
        .toList();
  }

  private List<Candidate> surest(
      Places.Level level, float[] scores, float[] centre, int tileStart, int classes) {
    List<Candidate> found = new ArrayList<>();
    double least = threshold * threshold;
    for (int i = 0; i < level.places(); i++) {
      int place = level.start() + i;
      double central = sigmoid(centre[tileStart + place]);
      if (central <= least) {
        continue; // no class can make it a score above the threshold
      }
      for (int c = 0; c < classes; c++) {
        double product = sigmoid(scores[(tileStart + place) * classes + c]) * central;
        if (product > least) {
          found.add(new Candidate(place, c, Math.sqrt(product)));
        }
      }
    }
    if (found.size() > mostOfLevel) {
      found.sort(Comparator.comparingDouble(c -> -c.score)); // stable
      return found.subList(0, mostOfLevel);
    }
    return found;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Decodes a box, moves it to where its tile stands, and cuts it at the picture's edges. */
  private void add(
      Gathered all,
      Places.Level level,
      Candidate candidate,
      float[] distances,
      int tileStart,
      Place tile,
      Tiles tiles) {
    int own = candidate.place - level.start();
    double x = places.x(level, own) + tile.left();
    double y = places.y(level, own) + tile.top();
    int at = SIDES * (tileStart + candidate.place);
    double x1 = clip(x - distances[at] * level.stride(), tiles.width());
    double y1 = clip(y - distances[at + 1] * level.stride(), tiles.height());
    double x2 = clip(x + distances[at + 2] * level.stride(), tiles.width());
    double y2 = clip(y + distances[at + 3] * level.stride(), tiles.height());
    if (x2 > x1 && y2 > y1) {
      all.edges.add(new double[] {x1, y1, x2, y2});
      all.candidates.add(candidate);
    }
  }

  private static double clip(double value, double most) {
    return Math.max(0, Math.min(most, value));
  }
}
