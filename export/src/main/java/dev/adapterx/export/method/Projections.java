package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.part.Ia3;
import dev.adapterx.peft.weight.Dora;
import dev.adapterx.peft.weight.Lora;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Methods that change what linear layers give. */
final class Projections {
  private static final List<Projection> THIRDS = List.of(Projection.Q, Projection.K, Projection.V);

  private Projections() {}

  /** {@code y = W x + b + s · B A x} of each target. */
  record LowRank(Lora method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public List<Value> qkv(GraphBlock b, Value u) {
      List<Value> thirds = new ArrayList<>();
      List<Value> frozen = BlockGraph.super.qkv(b, u);
      for (int i = 0; i < THIRDS.size(); i++) {
        thirds.add(changed(b, THIRDS.get(i), u, frozen.get(i)));
      }
      return thirds;
    }

    @Override
    public Value linear(GraphBlock b, LinearSite at, Value x) {
      return changed(b, Projection.valueOf(at.name()), x, b.linear(at, x));
    }

    private Value changed(GraphBlock b, Projection at, Value x, Value y) {
      if (!method.targets().contains(at)) {
        return y;
      }
      Graph g = b.graph();
      String place = b.name() + ".lora." + at.key();
      Value low = g.linear(x, b.source().own(place + ".a"));
      Value change = g.linear(low, b.source().own(place + ".b"));
      return g.add(y, g.scaled(change, method.scale()));
    }
  }

  /** {@code y = (m / ‖W + s·B A‖) ⊙ ((W + s·B A) x) + b} of each target. */
  record Decomposed(Dora method) implements TunerGraph, BlockGraph {
    private static final double SMALLEST = 1e-12;

    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public List<Value> qkv(GraphBlock b, Value u) {
      List<Value> thirds = new ArrayList<>();
      List<Value> frozen = BlockGraph.super.qkv(b, u);
      for (int i = 0; i < THIRDS.size(); i++) {
        thirds.add(changed(b, THIRDS.get(i), i, u, frozen.get(i)));
      }
      return thirds;
    }

    @Override
    public Value linear(GraphBlock b, LinearSite at, Value x) {
      return changed(b, Projection.valueOf(at.name()), 0, x, b.linear(at, x));
    }

    private Value changed(GraphBlock b, Projection at, int third, Value x, Value y) {
      if (!method.targets().contains(at)) {
        return y;
      }
      Graph g = b.graph();
      String place = "blocks." + index(b) + ".dora." + at.key();
      Value down = b.source().own(place + ".a");
      Value up = b.source().own(place + ".b");
      Value frozen = third(g, at, third, b.weight(at.site()));
      Value weight = g.add(frozen, g.scaled(g.matmul(up, down), method.scale()));
      Value lengths = g.max(g.length(weight, 1), g.scalar(SMALLEST)); // (D_out, 1)
      Value gain = g.div(b.source().own(place + ".m"), g.reshape(lengths, weight.size(0)));
      Value plain = b.bias(at.site()).map(bias -> g.sub(y, third(g, at, third, bias))).orElse(y);
      Value low = g.scaled(g.linear(g.linear(x, down), up), method.scale());
      Value change = g.mul(g.sub(gain, g.scalar(1)), plain);
      return g.add(g.add(y, change), g.mul(gain, low));
    }

    private static String index(GraphBlock b) {
      return b.name().substring(b.name().lastIndexOf('.') + 1);
    }

    private static Value third(Graph g, Projection at, int third, Value whole) {
      long rows = whole.size(0) / 3;
      return at.isThird() ? g.slice(whole, 0, third * rows, (third + 1) * rows) : whole;
    }
  }

  /** {@code y = l ⊙ (W x + b)}, or {@code W (l ⊙ x) + b}. */
  record Stretched(Ia3 method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public List<Value> qkv(GraphBlock b, Value u) {
      List<Value> thirds = new ArrayList<>();
      List<Value> frozen = BlockGraph.super.qkv(b, u);
      for (int i = 0; i < THIRDS.size(); i++) {
        Projection at = THIRDS.get(i);
        if (!method.targets().contains(at)) {
          thirds.add(frozen.get(i));
        } else if (method.feedforward().contains(at)) {
          Value whole = b.linear(LinearSite.QKV, stretched(b, at, u));
          long width = u.size(2);
          thirds.add(b.graph().slice(whole, 2, i * width, (i + 1) * width));
        } else {
          thirds.add(stretched(b, at, frozen.get(i)));
        }
      }
      return thirds;
    }

    @Override
    public Value linear(GraphBlock b, LinearSite site, Value x) {
      Projection at = Projection.valueOf(site.name());
      if (!method.targets().contains(at)) {
        return b.linear(site, x);
      }
      return method.feedforward().contains(at)
          ? b.linear(site, stretched(b, at, x))
          : stretched(b, at, b.linear(site, x));
    }

    private static Value stretched(GraphBlock b, Projection at, Value x) {
      return b.graph().mul(x, b.source().own(b.name() + ".ia3." + at.key()));
    }
  }

  /** {@code T(z) = γ ⊙ z + β} behind every layer. */
  record ScaledAndShifted() implements TunerGraph, BlockGraph {
    @Override
    public Value patches(Source s, Value patches) {
      return Norms.transformed(s, "patch_embed.ssf", patches);
    }

    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value norm(Source s, Value x, UnaryOperator<Value> frozen) {
      return Norms.transformed(s, "norm.ssf", frozen.apply(x));
    }

    @Override
    public Value norm(GraphBlock b, NormSite at, Value x) {
      return Norms.transformed(b.source(), b.name() + ".ssf." + at.path(), b.norm(at, x));
    }

    @Override
    public Value linear(GraphBlock b, LinearSite at, Value x) {
      String layer = at.path().substring(at.path().indexOf('.') + 1);
      return Norms.transformed(b.source(), b.name() + ".ssf." + layer, b.linear(at, x));
    }
  }
}
