package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.peft.adapter.RepAdapter;
import dev.adapterx.peft.weight.Arc;

/** Linear adapters before attention and MLP. */
final class Residuals {
  private Residuals() {}

  /** {@code u + P (c ⊙ Pᵀu) + b}. */
  record Recomposed(Arc method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value linear(GraphBlock b, LinearSite at, Value u) {
      if (at == LinearSite.QKV) {
        return b.linear(at, moved(b, "attn", u));
      }
      boolean before = at == LinearSite.FC1 && !method.attentionOnly();
      return b.linear(at, before ? moved(b, "mlp", u) : u);
    }

    private static Value moved(GraphBlock b, String site, Value u) {
      Graph g = b.graph();
      Value projection = b.source().own("arc." + site + ".projection"); // (D, R)
      String place = b.name() + ".arc." + site;
      Value hidden = g.mul(g.matmul(u, projection), b.source().own(place + ".scale"));
      return g.add(g.add(u, g.linear(hidden, projection)), b.source().own(place + ".bias"));
    }
  }

  /** {@code u + s · (B (A u + a) + b)}, B in groups. */
  record Grouped(RepAdapter method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value linear(GraphBlock b, LinearSite at, Value u) {
      if (at == LinearSite.QKV) {
        return b.linear(at, moved(b, "attn", u));
      }
      boolean before = at == LinearSite.FC1 && !method.attentionOnly();
      return b.linear(at, before ? moved(b, "mlp", u) : u);
    }

    private Value moved(GraphBlock b, String site, Value u) {
      Graph g = b.graph();
      Source s = b.source();
      String place = b.name() + ".rep_adapter." + site;
      Value hidden = g.linear(u, s.own(place + ".down.weight"));
      if (method.biases()) {
        hidden = g.add(hidden, s.own(place + ".down.bias"));
      }
      Value weight = s.own(place + ".up.weight"); // (D, R / G)
      int groups = method.groups();
      Value[] parts = new Value[groups];
      long rows = weight.size(0) / groups;
      for (int i = 0; i < groups; i++) {
        Value own = g.slice(hidden, 2, i * weight.size(1), (i + 1) * weight.size(1));
        parts[i] = g.linear(own, g.slice(weight, 0, i * rows, (i + 1) * rows));
      }
      Value up = g.concat(2, parts);
      Value y = method.biases() ? g.add(up, s.own(place + ".up.bias")) : up;
      return g.add(u, g.scaled(y, method.scale()));
    }
  }
}
