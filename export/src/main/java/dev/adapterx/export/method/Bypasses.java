package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.NormSite;
import dev.adapterx.peft.adapter.Convpass;
import dev.adapterx.peft.kit.Activation;
import java.util.Objects;

/** Convpass: bypasses beside attention and MLP that convolve the grid of patches. */
record Bypasses(Convpass method) implements TunerGraph, BlockGraph {
  @Override
  public BlockGraph block(int i, int depth) {
    return this;
  }

  @Override
  public Value attentionHalf(GraphBlock b, Value x) {
    Value n = norm(b, NormSite.NORM1, x);
    Value branch = b.graph().add(x, b.scaled(1, attention(b, n)));
    return b.graph().add(branch, bypass(b, "attn", n));
  }

  @Override
  public Value mlpHalf(GraphBlock b, Value a) {
    Value n = norm(b, NormSite.NORM2, a);
    Value y = b.graph().add(a, mlp(b, n));
    return method.attentionOnly() ? y : b.graph().add(y, bypass(b, "mlp", n));
  }

  /** {@code s · up(φ(conv(φ(down u))))}. */
  private Value bypass(GraphBlock b, String site, Value u) {
    Graph g = b.graph();
    Source s = b.source();
    String place = b.name() + ".convpass." + site;
    Value down = g.linear(u, s.own(place + ".down.weight"), s.own(place + ".down.bias"));
    Value hidden = convolved(b, place + ".conv", opened(g, down));
    Value up = g.linear(opened(g, hidden), s.own(place + ".up.weight"), s.own(place + ".up.bias"));
    return g.scaled(up, method.scale());
  }

  private static Value opened(Graph g, Value x) {
    return Bottlenecks.activated(g, Activation.QUICK_GELU, x);
  }

  /** The patches as a grid, and every token before them as a grid of one cell. */
  private static Value convolved(GraphBlock b, String place, Value z) {
    Graph g = b.graph();
    Grid.Cells cells = Objects.requireNonNull(b.cells());
    int prefix = b.prefix();
    long channels = z.size(2);
    long patches = cells.patches();
    Value kernel = b.source().own(place + ".weight"); // (R, R, 3, 3)
    Value bias = b.source().own(place + ".bias");
    Value rows = g.transposed(g.slice(z, 1, prefix, prefix + patches), 0, 2, 1);
    Value grid = g.reshape(rows, Value.BATCH, channels, cells.height(), cells.width());
    Value seen = g.reshape(g.convolved(grid, kernel, bias), Value.BATCH, channels, patches);
    Value back = g.transposed(seen, 0, 2, 1);
    if (prefix == 0) {
      return back;
    }
    Value middle = g.slice(g.slice(kernel, 3, 1, 2), 2, 1, 2);
    Value alone = g.linear(g.slice(z, 1, 0, prefix), g.reshape(middle, channels, channels), bias);
    return g.concat(1, alone, back);
  }
}
