package dev.adapterx.data.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;

/**
 * A cloud cut into overlapping groups, the patches of a point transformer: centres by {@link
 * FarthestPoints}, and around each its {@link Neighbours}.
 *
 * <p>Pang et al., Masked Autoencoders for Point Cloud Self-supervised Learning, ECCV 2022, <a
 * href="https://arxiv.org/abs/2203.06604">paper</a>.
 *
 * @param centres G indices into the cloud
 * @param neighbours (G, K) indices into the cloud in one row, nearest first; not copied, nor are
 *     the centres
 */
@SuppressWarnings("ArrayRecordComponent") // indices in transit to a tensor; never compared
public record Groups(int[] centres, int[] neighbours) {
  public Groups {
    if (centres.length == 0 || neighbours.length % centres.length != 0) {
      throw new DataException(
          "Groups have the same number of neighbours for each of at least one centre, found "
              + neighbours.length
              + " neighbours for "
              + centres.length
              + " centres");
    }
  }

  /**
   * The groups of one cloud.
   *
   * @throws DataException if the cloud has fewer points than {@code groups} or {@code neighbours},
   *     or one of them is below 1
   */
  public static Groups of(PointCloud cloud, int groups, int neighbours) {
    int[] centres = FarthestPoints.of(cloud, groups);
    return new Groups(centres, Neighbours.of(cloud, centres, neighbours));
  }

  /**
   * The number of floats that {@link #write} fills: {@code G · (K + 1) · 3}.
   *
   * @throws ConfigException if one of the two is below 1 or no array holds that many
   */
  public static int values(int groups, int neighbours) {
    double values = 3.0 * groups * (neighbours + 1.0);
    if (groups < 1 || neighbours < 1 || values > Integer.MAX_VALUE - 8) {
      throw new ConfigException(
          "Groups: expected at least one group of at least one neighbour and at most 2^31 numbers "
              + "for one cloud, found "
              + groups
              + " groups of "
              + neighbours
              + " neighbours");
    }
    return (int) values;
  }

  /**
   * Writes a cloud's groups in the network's input format, (G, K + 1, 3): in each row first the
   * centre, then its neighbours minus the centre.
   *
   * @param at index in {@code into} of the first number; {@link #values} numbers are written
   * @throws DataException as {@link #of}
   */
  public static void write(PointCloud cloud, int groups, int neighbours, float[] into, int at) {
    of(cloud, groups, neighbours).write(cloud, into, at);
  }

  /** Writes these groups as {@link #write(PointCloud, int, int, float[], int)} does. */
  public void write(PointCloud cloud, float[] into, int at) {
    float[] xyz = cloud.xyz();
    int k = neighbours.length / centres.length;
    int to = at;
    for (int g = 0; g < centres.length; g++) {
      int centre = 3 * centres[g];
      System.arraycopy(xyz, centre, into, to, 3);
      to += 3;
      for (int j = g * k; j < (g + 1) * k; j++) {
        int point = 3 * neighbours[j];
        into[to++] = xyz[point] - xyz[centre];
        into[to++] = xyz[point + 1] - xyz[centre + 1];
        into[to++] = xyz[point + 2] - xyz[centre + 2];
      }
    }
  }

  /**
   * For each point of a cloud the group whose centre is nearest, the first of equally near ones: to
   * colour points by group.
   *
   * @return N numbers in [0, G)
   */
  public static int[] nearestCentre(PointCloud cloud, int[] centres) {
    Axes axes = Axes.of(cloud);
    int[] nearest = new int[cloud.size()];
    float[] least = new float[cloud.size()];
    float[] distances = new float[cloud.size()];
    for (int g = 0; g < centres.length; g++) {
      axes.squaredDistances(cloud, centres[g], distances);
      for (int i = 0; i < distances.length; i++) {
        if (g == 0 || distances[i] < least[i]) {
          least[i] = distances[i];
          nearest[i] = g;
        }
      }
    }
    return nearest;
  }
}
