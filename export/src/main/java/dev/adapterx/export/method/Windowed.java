package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.PatchMerging;
import dev.adapterx.nn.WindowBias;
import dev.adapterx.nn.Windows;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** Attention within windows of a grid, and merging of patches: the twin of {@link Windows}. */
public final class Windowed {
  private Windowed() {}

  /** Squares of four patches as one each, before a block: x (B, h·w, D) to (B, ·, D'). */
  public static Value merged(Source s, Block block, Value x, Grid.Cells cells) {
    Graph g = s.graph();
    PatchMerging merging = Objects.requireNonNull(block.merging());
    String place = block.place().replaceFirst("blocks\\.\\d+$", "downsample");
    int h = cells.height();
    int w = cells.width();
    Value grid = g.padded(g.reshape(x, Value.BATCH, h, w, x.size(2)), h % 2, w % 2);
    int rows = PatchMerging.half(h);
    int columns = PatchMerging.half(w);
    Value cut = g.reshape(grid, Value.BATCH, rows, 2, columns, 2, x.size(2));
    Value squares =
        g.reshape(
            g.transposed(cut, 0, 1, 3, 4, 2, 5), Value.BATCH, (long) rows * columns, 4 * x.size(2));
    Value normed =
        g.layerNorm(
            squares,
            s.backbone(place + ".norm.weight"),
            s.backbone(place + ".norm.bias"),
            merging.norm().eps());
    return g.linear(normed, s.backbone(place + ".reduction.weight"));
  }

  /** The attention branch of u (B, h·w, D). */
  static Value attention(GraphBlock b, BlockGraph around, Value u) {
    Grid.Cells cells = Objects.requireNonNull(b.cells());
    WindowBias bias = Objects.requireNonNull(b.block().attn().windows());
    Windows here =
        Windows.of(cells.height(), cells.width(), bias.size(), bias.shifted(), bias.table());
    List<Value> heads = new ArrayList<>();
    for (Value third : around.qkv(b, laid(b.graph(), here, u))) {
      heads.add(heads(b, here, third));
    }
    Value mixed = around.attend(b, heads.get(0), heads.get(1), heads.get(2));
    return around.linear(b, LinearSite.PROJ, joined(b.graph(), here, mixed));
  }

  private static int padded(int side, int window) {
    return (side + window - 1) / window * window;
  }

  /** Rolled and padded with zeros, row by row. */
  private static Value laid(Graph g, Windows w, Value x) {
    Value grid = g.reshape(x, Value.BATCH, w.height(), w.width(), x.size(2));
    Value rolled = rolled(g, rolled(g, grid, 1, w.up()), 2, w.left());
    int below = padded(w.height(), w.rows()) - w.height();
    int right = padded(w.width(), w.columns()) - w.width();
    Value all = g.padded(rolled, below, right);
    return g.reshape(all, Value.BATCH, all.size(1) * all.size(2), x.size(2));
  }

  /** Window by window and head by head: (B, W, H, n, d). */
  private static Value heads(GraphBlock b, Windows w, Value x) {
    Graph g = b.graph();
    long down = padded(w.height(), w.rows()) / w.rows();
    long across = padded(w.width(), w.columns()) / w.columns();
    long heads = b.block().attn().heads();
    Value grid = g.reshape(x, Value.BATCH, down, w.rows(), across, w.columns(), x.size(2));
    Value cut =
        g.reshape(
            g.transposed(grid, 0, 1, 3, 2, 4, 5),
            Value.BATCH,
            down * across,
            (long) w.rows() * w.columns(),
            heads,
            x.size(2) / heads);
    return g.transposed(cut, 0, 1, 3, 2, 4);
  }

  /** Windows (B, W, n, D) back to the grid (B, h·w, D). */
  private static Value joined(Graph g, Windows w, Value y) {
    long down = padded(w.height(), w.rows()) / w.rows();
    long across = padded(w.width(), w.columns()) / w.columns();
    long width = y.size(3);
    Value cut = g.reshape(y, Value.BATCH, down, across, w.rows(), w.columns(), width);
    Value grid =
        g.reshape(
            g.transposed(cut, 0, 1, 3, 2, 4, 5),
            Value.BATCH,
            down * w.rows(),
            across * w.columns(),
            width);
    Value whole = g.slice(g.slice(grid, 1, 0, w.height()), 2, 0, w.width());
    Value back =
        rolled(
            g,
            rolled(g, whole, 1, w.up() == 0 ? 0 : w.height() - w.up()),
            2,
            w.left() == 0 ? 0 : w.width() - w.left());
    return g.reshape(back, Value.BATCH, (long) w.height() * w.width(), width);
  }

  private static Value rolled(Graph g, Value grid, int side, int first) {
    return first == 0
        ? grid
        : g.concat(
            side, g.slice(grid, side, first, grid.size(side)), g.slice(grid, side, 0, first));
  }

  /** What is added to the scores of windows, (W or 1, H, n, n). */
  static Value bias(GraphBlock b) {
    Graph g = b.graph();
    Grid.Cells cells = Objects.requireNonNull(b.cells());
    WindowBias own = Objects.requireNonNull(b.block().attn().windows());
    Windows w = Windows.of(cells.height(), cells.width(), own.size(), own.shifted(), own.table());
    Value table = b.source().backbone(b.place() + ".attn.relative_position_bias_table");
    long n = (long) w.rows() * w.columns();
    Value rows = g.rows(table, Tensors.longs(w.pairs())); // (n·n, H)
    Value placed =
        g.transposed(g.reshape(rows, 1, n, n, table.size(1)), 0, 3, 1, 2); // (1, H, n, n)
    Tensor mask = w.mask();
    if (mask == null) {
      return placed;
    }
    String name = "neighbours in " + b.name();
    Value apart = g.floats(name, Tensors.floats(mask), mask.size(0), 1, n, n);
    return g.add(placed, apart);
  }
}
