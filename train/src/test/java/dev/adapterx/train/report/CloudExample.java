package dev.adapterx.train.report;

import dev.adapterx.base.Rng;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Made-up clouds: tori, chairs, lamps, their groups as real ones, their experts invented by place.
 */
final class CloudExample {
  static final int BLOCKS = 12;
  private static final String[] NAMES = {"torus", "chair", "lamp", "table"};

  private CloudExample() {}

  /** {@code count} clouds of {@code points} points each; {@code experts} 0 for no routing. */
  static Clouds clouds(int count, int points, int experts) {
    return new Clouds(
        "7 right, 1 wrong",
        IntStream.range(0, count).mapToObj(i -> cloud(i, points, experts)).toList(),
        experts);
  }

  private static Clouds.Cloud cloud(int i, int points, int experts) {
    var random = Rng.of(4, "clouds").at(i);
    float[] xyz = new float[3 * points];
    for (int p = 0; p < points; p++) {
      double[] at =
          switch (i % 4) {
            case 0 -> torus(random);
            case 1 -> chair(random);
            case 2 -> lamp(random);
            default -> table(random);
          };
      for (int axis = 0; axis < 3; axis++) {
        xyz[3 * p + axis] = (float) at[axis];
      }
    }
    String predicted = NAMES[i % 7 == 5 ? (i + 2) % 4 : i % 4];
    int[][] expert = experts == 0 ? new int[0][] : routes(xyz, experts);
    return new Clouds.Cloud(
        xyz,
        nearest(xyz, points),
        expert,
        NAMES[i % 4],
        List.of(Answer.of(predicted, 0.99 - 0.02 * i)));
  }

  /** The first 64 points serve as centres. */
  private static int[] nearest(float[] xyz, int points) {
    int[] group = new int[points];
    for (int p = 0; p < points; p++) {
      double best = Double.POSITIVE_INFINITY;
      for (int c = 0; c < Math.min(64, points); c++) {
        double d = 0;
        for (int axis = 0; axis < 3; axis++) {
          d += Math.pow(xyz[3 * p + axis] - xyz[3 * c + axis], 2);
        }
        if (d < best) {
          best = d;
          group[p] = c;
        }
      }
    }
    return group;
  }

  private static int[][] routes(float[] xyz, int experts) {
    int[][] expert = new int[BLOCKS][64];
    for (int block = 0; block < BLOCKS; block++) {
      for (int g = 0; g < Math.min(64, xyz.length / 3); g++) {
        double wave = Math.sin(block + 2 * xyz[3 * g] + 3 * xyz[3 * g + 1] - xyz[3 * g + 2]);
        expert[block][g] = (int) (experts * 0.4999 * (1 + wave));
      }
    }
    return expert;
  }

  private static double[] torus(RandomGenerator random) {
    double a = 2 * Math.PI * random.nextDouble();
    double b = 2 * Math.PI * random.nextDouble();
    double r = 1 + 0.38 * Math.cos(b);
    return new double[] {r * Math.cos(a), 0.38 * Math.sin(b), r * Math.sin(a)};
  }

  private static double[] chair(RandomGenerator random) {
    double pick = random.nextDouble();
    if (pick < 0.35) {
      return box(random, -0.5, 0.5, -0.05, 0.05, -0.5, 0.5);
    }
    if (pick < 0.7) {
      return box(random, -0.5, 0.5, 0.05, 1.1, -0.5, -0.4);
    }
    return leg(random, 0.44, -0.9, 0);
  }

  private static double[] table(RandomGenerator random) {
    return random.nextDouble() < 0.6
        ? box(random, -1.1, 1.1, 0.3, 0.4, -0.6, 0.6)
        : leg(random, 0.5, -0.5, 0.3);
  }

  private static double[] leg(RandomGenerator random, double at, double from, double to) {
    double x = random.nextBoolean() ? at : -at;
    double z = random.nextBoolean() ? at : -at;
    return box(random, x - 0.05, x + 0.05, from, to, z - 0.05, z + 0.05);
  }

  private static double[] lamp(RandomGenerator random) {
    double a = 2 * Math.PI * random.nextDouble();
    double pick = random.nextDouble();
    double y = pick < 0.6 ? random.nextDouble(0.4, 1) : random.nextDouble(-1, 0.4);
    double r = pick < 0.6 ? 1 - 0.7 * y : 0.05;
    if (pick > 0.8) {
      y = -1;
      r = 0.5 * Math.sqrt(random.nextDouble());
    }
    return new double[] {r * Math.cos(a), y, r * Math.sin(a)};
  }

  private static double[] box(
      RandomGenerator random, double x, double x2, double y, double y2, double z, double z2) {
    return new double[] {
      random.nextDouble(x, x2), random.nextDouble(y, y2), random.nextDouble(z, z2)
    };
  }
}
