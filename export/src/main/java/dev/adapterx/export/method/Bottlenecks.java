package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.NormSite;
import dev.adapterx.peft.adapter.AdaptFormer;
import dev.adapterx.peft.adapter.Houlsby;
import dev.adapterx.peft.adapter.ParallelAdapter;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.mixture.Mosa;

/** Adapters that are a bottleneck somewhere in a block. */
final class Bottlenecks {
  private Bottlenecks() {}

  /** A function by its name. */
  static Value activated(Graph g, Activation activation, Value x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> g.map("Relu", x);
      case GELU -> g.map("Gelu", x);
      case QUICK_GELU -> g.mul(x, g.map("Sigmoid", g.scaled(x, 1.702)));
    };
  }

  /** {@code W_up φ(W_dn x + b_dn) + b_up} of the tensors at a place. */
  static Value bottleneck(Source s, Activation activation, String place, Value x) {
    Value hidden = activated(s.graph(), activation, linear(s, place + ".down", x));
    return linear(s, place + ".up", hidden);
  }

  static Value linear(Source s, String place, Value x) {
    Value y = s.graph().linear(x, s.own(place + ".weight"));
    return s.hasOwn(place + ".bias") ? s.graph().add(y, s.own(place + ".bias")) : y;
  }

  /** {@code y = a + mlp(norm2(a)) + s · A(a)}. */
  record Beside(AdaptFormer method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value mlpHalf(GraphBlock b, Value a) {
      Value said = bottleneck(b.source(), method.activation(), b.name() + ".adapter", a);
      Value y = BlockGraph.super.mlpHalf(b, a);
      return b.graph().add(y, b.graph().scaled(said, method.scale()));
    }
  }

  /** MoSA: beside the MLP, behind a norm of its own, each layer the mean of its experts. */
  record MeanOfExperts(Mosa method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value mlpHalf(GraphBlock b, Value a) {
      Graph g = b.graph();
      String place = b.name() + ".adapter";
      Value n = Norms.own(b.source(), place + ".norm", a, b.block().norm2().eps());
      Value hidden = g.map("Gelu", layer(b.source(), place + ".down", n));
      Value said = layer(b.source(), place + ".up", hidden);
      return g.add(BlockGraph.super.mlpHalf(b, a), g.scaled(said, method.scale()));
    }

    private static Value layer(Source s, String place, Value x) {
      Graph g = s.graph();
      Value weight = s.own(place + ".weight"); // (E, D_out, D_in), or that of all
      Value bias = s.own(place + ".bias");
      return weight.rank() == 2
          ? g.linear(x, weight, bias)
          : g.linear(
              x,
              g.reshape(g.mean(weight, 0), weight.size(1), weight.size(2)),
              g.reshape(g.mean(bias, 0), bias.size(1)));
    }
  }

  /** {@code y = a + mlp(u) + s · A(u), u = norm2(a)}. */
  record BesideMlp(ParallelAdapter method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value mlpHalf(GraphBlock b, Value a) {
      Graph g = b.graph();
      Value u = norm(b, NormSite.NORM2, a);
      Value said = bottleneck(b.source(), method.activation(), b.name() + ".adapter", u);
      return g.add(g.add(a, mlp(b, u)), g.scaled(said, method.scale()));
    }
  }

  /** {@code y = z + A(norm_A(z))} behind the MLP's sum z. */
  record BehindSum(Activation activation) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value mlpHalf(GraphBlock b, Value a) {
      Source s = b.source();
      String place = b.name() + ".adapter";
      Value y = BlockGraph.super.mlpHalf(b, a);
      Value normed = Norms.own(s, place + ".norm", y, b.block().norm2().eps());
      return b.graph().add(y, bottleneck(s, activation, place, normed));
    }
  }

  /** {@code y = z + γ ⊙ A(z)} behind the block's output z. */
  record BehindBlock() implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value block(GraphBlock b, Value x) {
      Source s = b.source();
      String place = b.name() + ".adapter";
      Value z = BlockGraph.super.block(b, x);
      Value said = bottleneck(s, Activation.GELU, place, z);
      return b.graph().add(z, b.graph().mul(said, s.own(place + ".scale")));
    }
  }

  /** {@code a = x + f + A(f)} behind each branch f; the norms are the method's where it has any. */
  record BehindBranches(Houlsby method) implements TunerGraph, BlockGraph {
    @Override
    public BlockGraph block(int i, int depth) {
      return this;
    }

    @Override
    public Value attentionHalf(GraphBlock b, Value x) {
      Value f = b.scaled(1, attention(b, norm(b, NormSite.NORM1, x)));
      Value sum = b.graph().add(b.read(x), f);
      return method.attention() ? adapted(b, sum, f, ".adapter_attn") : sum;
    }

    @Override
    public Value mlpHalf(GraphBlock b, Value a) {
      Value f = mlp(b, norm(b, NormSite.NORM2, a));
      return adapted(b, b.graph().add(a, f), f, ".adapter_mlp");
    }

    private Value adapted(GraphBlock b, Value sum, Value branch, String place) {
      Value said = bottleneck(b.source(), method.activation(), b.name() + place, branch);
      return b.graph().add(sum, said);
    }
  }
}
