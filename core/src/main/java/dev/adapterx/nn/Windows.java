package dev.adapterx.nn;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The windows that a grid of cells is cut into; tokens attend to each other within a window (Liu et
 * al., Swin Transformer, ICCV 2021, <a href="https://arxiv.org/abs/2103.14030">paper</a>).
 *
 * <p>Shifted windows are those of the grid rolled half a window up and to the left; cells that
 * wrapped around the edge are not neighbours of the cells beside them, and a mask separates them. A
 * grid that is no multiple of the window is padded with zeros below and to the right. A side no
 * longer than the window is one window and never shifted. All as in timm; but where timm would
 * resample the bias table for a shorter side, the remaining offsets keep their values here.
 *
 * @param height h, cells of the grid from top to bottom
 * @param width w, cells of the grid from left to right
 * @param rows cells of a window from top to bottom
 * @param columns cells of a window from left to right
 * @param up number of rows the grid is rolled by
 * @param left number of columns the grid is rolled by
 * @param pairs (n·n) row of the bias table for each query and key among a window's n cells
 * @param mask (W, n, n) 0, or −100 for cells that are not neighbours; absent without rolling
 */
public record Windows(
    int height,
    int width,
    int rows,
    int columns,
    int up,
    int left,
    Tensor pairs,
    @Nullable Tensor mask) {
  private static final float APART = -100; // as timm: e to the power of it is 0 in fp32

  /**
   * The windows of a grid.
   *
   * @param size cells along a side of a window
   * @param shifted whether windows are shifted by half their size
   * @param beside a tensor on the device to use
   */
  public static Windows of(int height, int width, int size, boolean shifted, Tensor beside) {
    int rows = Math.min(size, height);
    int columns = Math.min(size, width);
    int up = shifted && height > rows ? size / 2 : 0;
    int left = shifted && width > columns ? size / 2 : 0;
    Tensor pairs = Tensors.beside(beside, pairs(rows, columns, size));
    Windows plain = new Windows(height, width, rows, columns, up, left, pairs, null);
    Tensor mask = up + left == 0 ? null : Tensors.beside(beside, plain.apart());
    return new Windows(height, width, rows, columns, up, left, pairs, mask);
  }

  /** A row of the table for each offset (Δy, Δx) of the query from the key, row by row. */
  private static Tensor pairs(int rows, int columns, int size) {
    int cells = rows * columns;
    long[] pairs = new long[cells * cells];
    for (int i = 0; i < pairs.length; i++) {
      int query = i / cells;
      int key = i % cells;
      int dy = query / columns - key / columns + size - 1;
      int dx = query % columns - key % columns + size - 1;
      pairs[i] = dy * (2L * size - 1) + dx;
    }
    return Tensors.of(pairs, pairs.length);
  }

  private Tensor apart() {
    int cells = rows * columns;
    int across = paddedWidth() / columns;
    int count = paddedHeight() / rows * across;
    float[] mask = new float[count * cells * cells];
    int[] regions = new int[cells];
    for (int window = 0; window < count; window++) {
      for (int i = 0; i < cells; i++) {
        int y = window / across * rows + i / columns;
        int x = window % across * columns + i % columns;
        regions[i] =
            3 * region(y, paddedHeight(), rows, up) + region(x, paddedWidth(), columns, left);
      }
      for (int i = 0; i < cells * cells; i++) {
        boolean same = regions[i / cells] == regions[i % cells];
        mask[window * cells * cells + i] = same ? 0 : APART;
      }
    }
    return Tensors.of(mask, count, cells, cells);
  }

  /**
   * The region of a rolled side that a position belongs to; only cells of one region are
   * neighbours.
   */
  private static int region(int at, int length, int window, int rolled) {
    if (rolled == 0 || at < length - window) {
      return 0;
    }
    return at < length - rolled ? 1 : 2;
  }

  private int paddedHeight() {
    return (height + rows - 1) / rows * rows;
  }

  private int paddedWidth() {
    return (width + columns - 1) / columns * columns;
  }

  /** The cells x (B, h·w, D) rolled and padded, (B, N, D), N the cells of all windows. */
  public Tensor laid(Tensor x) {
    int below = paddedHeight() - height;
    int right = paddedWidth() - width;
    if (up + left + below + right == 0) {
      return x;
    }
    Tensor grid = x.view(x.size(0), height, width, x.size(2));
    Tensor rolled = rolled(rolled(grid, 1, up), 2, left);
    Tensor padded =
        below + right == 0
            ? rolled
            : torch.constant_pad_nd(rolled, new long[] {0, 0, 0, right, 0, below});
    return padded.reshape(x.size(0), -1, x.size(2));
  }

  /** Cells as {@link #laid} has them, window by window: y (B, N, C) to (B·W, n, C). */
  public Tensor cut(Tensor y) {
    return y.view(
            y.size(0), paddedHeight() / rows, rows, paddedWidth() / columns, columns, y.size(2))
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(-1, (long) rows * columns, y.size(2));
  }

  /** Joins windows (B·W, n, C) to the grid they were cut from, without padding: (B, h·w, C). */
  public Tensor joined(Tensor y) {
    long channels = y.size(2);
    Tensor padded =
        y.view(-1, paddedHeight() / rows, paddedWidth() / columns, rows, columns, channels)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(-1, paddedHeight(), paddedWidth(), channels);
    Tensor grid = padded.narrow(1, 0, height).narrow(2, 0, width);
    Tensor back =
        rolled(rolled(grid, 1, up == 0 ? 0 : height - up), 2, left == 0 ? 0 : width - left);
    return back.reshape(-1, (long) height * width, channels);
  }

  /** Moves the first cells along a side behind the others. */
  private static Tensor rolled(Tensor grid, int side, int first) {
    return first == 0
        ? grid
        : Tensors.cat(
            side, grid.narrow(side, first, grid.size(side) - first), grid.narrow(side, 0, first));
  }

  /**
   * The bias added to the scores of each window and head: (W, H, n, n), or (1, H, n, n) where
   * windows need no mask.
   *
   * @param table ((2·size − 1)², H)
   */
  Tensor bias(Tensor table) {
    long cells = (long) rows * columns;
    Tensor rows = table.gather(0, pairs.unsqueeze(1).expand(-1, table.size(1))); // (n·n, H)
    Tensor own = rows.view(cells, cells, -1).permute(2, 0, 1).unsqueeze(0);
    return mask == null ? own : own.add(Tensors.like(mask, own).unsqueeze(1));
  }
}
