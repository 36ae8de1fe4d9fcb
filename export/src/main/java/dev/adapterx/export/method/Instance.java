package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.points.Idpt;

/** IDPT: a prompt before one block, which edge convolutions make of the patch tokens. */
record Instance(Idpt method) implements TunerGraph {
  private static final int LEVELS = 3;
  private static final double SLOPE = 0.2;

  @Override
  public GraphTokens before(Source s, int block, int depth, GraphTokens x) {
    Integer layer = method.layer();
    if (block != (layer == null ? depth - 1 : layer)) {
      return x;
    }
    Graph g = s.graph();
    Value patches = g.slice(x.tokens(), 1, x.prefix(), x.tokens().size(1));
    method.requireNeighbours(patches.size(1));
    Value position = g.perInput(s.own("prompt_pos"), x.input());
    return x.inserted(prompt(s, patches), position);
  }

  @Override
  public Pooling pooling(Pooling frozen) {
    return Feature.pooling(method.features());
  }

  /** y (B, G, D) to (B, 1, D). */
  private Value prompt(Source s, Value y) {
    Graph g = s.graph();
    Value[] levels = new Value[LEVELS];
    Value x = y;
    for (int i = 0; i < LEVELS; i++) {
      x = convolved(s, "prompt_module.edge." + i, x);
      levels[i] = x;
    }
    String fuse = "prompt_module.fuse";
    Value joined = g.linear(g.concat(2, levels), s.own(fuse + ".conv.weight"));
    return g.max(opened(s, fuse, joined), 1);
  }

  /** The largest over the k nearest of {@code φ(bn(V x_j + (U − V) x_i))}. */
  private Value convolved(Source s, String place, Value x) {
    Graph g = s.graph();
    long tokens = x.size(1);
    long width = x.size(2);
    long k = method.neighbours();
    Value weight = s.own(place + ".conv.weight"); // [V, U]
    Value ofNeighbour = g.slice(weight, 1, 0, width);
    Value ofToken = g.sub(g.slice(weight, 1, width, 2 * width), ofNeighbour);
    Value near = g.reshape(nearest(g, x, k), Value.BATCH, tokens * k);
    Value far = g.chosen(g.linear(x, ofNeighbour), near);
    Value edges = g.reshape(far, Value.BATCH, tokens, k, width);
    Value own = g.reshape(g.linear(x, ofToken), Value.BATCH, tokens, 1, width);
    Value open = opened(s, place, g.add(edges, own));
    return g.reshape(g.max(open, 2), Value.BATCH, tokens, width);
  }

  /** (B, G, k), by {@code |x_j|² − 2 x_i x_j}, which orders as the distance does. */
  private static Value nearest(Graph g, Value x, long k) {
    Value squares = g.transposed(g.sum(g.mul(x, x), 2), 0, 2, 1); // (B, 1, G)
    Value products = g.matmul(x, g.transposed(x, 0, 2, 1));
    return g.smallest(g.sub(squares, g.scaled(products, 2)), k);
  }

  private static Value opened(Source s, String place, Value x) {
    Graph g = s.graph();
    Value normed = Norms.batch(g, x, name -> s.own(place + ".norm." + name));
    return g.max(normed, g.scaled(normed, SLOPE));
  }
}
