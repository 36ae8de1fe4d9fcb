package dev.adapterx.data.points;

import dev.adapterx.base.DataException;
import java.util.Arrays;

/** Nearest neighbours, by squared distance to every point. */
public final class Neighbours {
  private Neighbours() {}

  /**
   * For each centre the indices of its {@code k} nearest points, nearest first: (G, k) in one row.
   *
   * <p>Searches the whole cloud, the centre itself included, which therefore comes first unless an
   * equal point has a lower index. Among equally near points the one with the lowest index comes
   * first. Distances are floats.
   *
   * @param cloud N points with finite coordinates
   * @param centres G indices in [0, N)
   * @throws DataException if {@code k} is not in [1, N]
   */
  public static int[] of(PointCloud cloud, int[] centres, int k) {
    if (k < 1 || k > cloud.size()) {
      throw new DataException(
          "Nearest neighbours: cannot find "
              + k
              + " points in a cloud of "
              + cloud.size()
              + ", expected 1 to "
              + cloud.size());
    }
    Axes axes = Axes.of(cloud);
    float[] distances = new float[cloud.size()];
    long[] nearest = new long[k];
    int[] indices = new int[Math.multiplyExact(centres.length, k)];
    for (int g = 0; g < centres.length; g++) {
      axes.squaredDistances(cloud, centres[g], distances);
      keepSmallest(distances, nearest);
      Arrays.sort(nearest);
      for (int j = 0; j < k; j++) {
        indices[g * k + j] = (int) nearest[j];
      }
    }
    return indices;
  }

  /**
   * Distance, then index, packed into one number: the bits of non-negative floats are ordered like
   * the floats.
   */
  private static long key(float distance, int index) {
    return (long) Float.floatToIntBits(distance) << 32 | index;
  }

  private static float distance(long key) {
    return Float.intBitsToFloat((int) (key >>> 32));
  }

  private static void keepSmallest(float[] distances, long[] heap) {
    for (int i = 0; i < heap.length; i++) {
      heap[i] = key(distances[i], i);
    }
    for (int i = heap.length / 2 - 1; i >= 0; i--) {
      sink(heap, i);
    }
    float farthest = distance(heap[0]);
    for (int i = heap.length; i < distances.length; i++) {
      if (distances[i] < farthest) {
        heap[0] = key(distances[i], i);
        sink(heap, 0);
        farthest = distance(heap[0]);
      }
    }
  }

  /** Restores the order of a max-heap below one position. */
  private static void sink(long[] heap, int place) {
    long sinking = heap[place];
    int at = place;
    for (int child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= sinking) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = sinking;
  }
}
