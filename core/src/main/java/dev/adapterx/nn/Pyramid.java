package dev.adapterx.nn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The windows of every stage for one input, which the embedding stores in the {@link Pass}.
 *
 * @param plain unshifted windows of each stage
 * @param shifted shifted windows of each stage
 */
public record Pyramid(List<Windows> plain, List<Windows> shifted) {
  public Pyramid {
    plain = List.copyOf(plain);
    shifted = List.copyOf(shifted);
  }

  /**
   * The windows of stages that each have half as many cells a side as the one before, rounded up.
   *
   * @param height cells of the first stage from top to bottom
   * @param width cells of the first stage from left to right
   * @param sizes cells along a window's side, for each stage
   * @param beside a tensor on the device to use
   */
  public static Pyramid of(int height, int width, List<Integer> sizes, Tensor beside) {
    List<Windows> plain = new ArrayList<>();
    List<Windows> shifted = new ArrayList<>();
    int rows = height;
    int columns = width;
    for (int size : sizes) {
      plain.add(Windows.of(rows, columns, size, false, beside));
      shifted.add(Windows.of(rows, columns, size, true, beside));
      rows = PatchMerging.half(rows);
      columns = PatchMerging.half(columns);
    }
    return new Pyramid(plain, shifted);
  }

  Windows windows(int stage, boolean isShifted) {
    return (isShifted ? shifted : plain).get(stage);
  }
}
