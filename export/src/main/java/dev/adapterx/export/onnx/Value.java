package dev.adapterx.export.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * What a node of a graph gives or takes.
 *
 * @param shape extents, outermost first; {@link #BATCH} and {@link #CLASSES} are known at run time
 */
public record Value(String name, ElementType type, List<Long> shape) {
  /** How many inputs there are, known at run time. */
  public static final long BATCH = -1;

  /** How many classes an adapter has, known when it is loaded. */
  public static final long CLASSES = -2;

  public Value {
    shape = List.copyOf(shape);
  }

  static Value of(String name, ElementType type, long... shape) {
    List<Long> extents = new ArrayList<>();
    for (long extent : shape) {
      extents.add(extent);
    }
    return new Value(name, type, extents);
  }

  /** How many dimensions it has. */
  public int rank() {
    return shape.size();
  }

  /** An extent; from the end where negative. */
  public long size(int dimension) {
    return shape.get(axis(dimension));
  }

  /** A dimension counted from the front. */
  int axis(int dimension) {
    return dimension < 0 ? rank() + dimension : dimension;
  }
}
