package dev.adapterx.scenes.images;

import dev.adapterx.data.image.RgbImage;
import java.util.function.Function;

/** The simplest classifier: the class whose mean feature is nearest, features standardised. */
public final class NearestMean {
  private NearestMean() {}

  /** The features of sample number {@code index} of a class. */
  @FunctionalInterface
  public interface Features {
    double[] of(int classIndex, int index);
  }

  /** Image number {@code index} of a class. */
  @FunctionalInterface
  public interface Source {
    RgbImage image(int classIndex, int index);
  }

  /** Accuracy on {@code test} images per class after seeing {@code train} others. */
  public static double accuracy(
      int classes, int train, int test, Source source, Function<RgbImage, double[]> feature) {
    return accuracy(classes, train, test, (c, i) -> feature.apply(source.image(c, i)));
  }

  /** Accuracy on {@code test} samples per class after seeing {@code train} others. */
  public static double accuracy(int classes, int train, int test, Features source) {
    double[][][] features = new double[classes][train + test][];
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < train + test; i++) {
        features[c][i] = source.of(c, i);
      }
    }
    int width = features[0][0].length;
    double[][] means = new double[classes][width];
    double[] scale = new double[width];
    for (int d = 0; d < width; d++) {
      double sum = 0;
      double squares = 0;
      for (int c = 0; c < classes; c++) {
        for (int i = 0; i < train; i++) {
          means[c][d] += features[c][i][d] / train;
          sum += features[c][i][d];
          squares += features[c][i][d] * features[c][i][d];
        }
      }
      double mean = sum / (classes * train);
      scale[d] = 1 / Math.sqrt(squares / (classes * train) - mean * mean + 1e-9);
    }
    int right = 0;
    for (int c = 0; c < classes; c++) {
      for (int i = train; i < train + test; i++) {
        right += nearest(features[c][i], means, scale) == c ? 1 : 0;
      }
    }
    return (double) right / (classes * test);
  }

  public static double[] meanColour(RgbImage image) {
    double[] mean = new double[3];
    for (int i = 0; i < image.pixels().length; i++) {
      mean[i % 3] += (image.pixels()[i] & 0xFF) / (double) (image.width() * image.height());
    }
    return mean;
  }

  /** Shares of 8 edge orientations, each at 3 strengths, in the whole image. */
  public static double[] edges(RgbImage image) {
    double[] histogram = new double[24];
    for (int y = 1; y < image.height() - 1; y++) {
      for (int x = 1; x < image.width() - 1; x++) {
        double dx = grey(image, x + 1, y) - grey(image, x - 1, y);
        double dy = grey(image, x, y + 1) - grey(image, x, y - 1);
        double strength = Math.sqrt(dx * dx + dy * dy);
        int orientation = (int) ((Math.atan2(dy, dx) / Math.PI + 1) * 8) % 8;
        int level = strength < 60 ? 0 : strength < 180 ? 1 : 2;
        histogram[3 * orientation + level] += 1.0 / (image.width() * image.height());
      }
    }
    return histogram;
  }

  private static double grey(RgbImage image, int x, int y) {
    return image.at(x, y, 0) + image.at(x, y, 1) + image.at(x, y, 2);
  }

  private static int nearest(double[] feature, double[][] means, double[] scale) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int c = 0; c < means.length; c++) {
      double distance = 0;
      for (int d = 0; d < feature.length; d++) {
        double step = (feature[d] - means[c][d]) * scale[d];
        distance += step * step;
      }
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }
}
