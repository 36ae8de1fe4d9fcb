package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.peft.points.DaptX;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * DAPT and DAPT-X: scales and shifts around all frozen layers, an adapter beside each MLP, and a
 * prompt from its output.
 *
 * @param mixture of DAPT-X; absent: DAPT's adapter
 */
record Dynamic(
    boolean tfts,
    boolean positionsOnce,
    Activation promptActivation,
    List<Feature> features,
    @Nullable AdapterX mixture)
    implements TunerGraph {
  private static final double EPS = 1e-5; // of the adapter's own norm

  static Dynamic of(Dapt method) {
    return new Dynamic(true, true, Activation.GELU, method.features(), null);
  }

  static Dynamic of(DaptX method) {
    return new Dynamic(
        method.tfts(),
        method.positions() == dev.adapterx.model.PointConfig.Positions.ONCE,
        method.promptActivation(),
        method.features(),
        method.mixture());
  }

  @Override
  public Value patches(Source source, Value patches) {
    return tfts ? Norms.transformed(source, "patch_tfts", patches) : patches;
  }

  @Override
  public BlockGraph block(int i, int depth) {
    return new Around(this, mixture == null ? null : new Mixtures(mixture).around(i, depth));
  }

  @Override
  public Value norm(Source source, Value x, UnaryOperator<Value> frozen) {
    Value normed = frozen.apply(x);
    return tfts ? Norms.transformed(source, "norm_tfts", normed) : normed;
  }

  @Override
  public Pooling pooling(Pooling frozen) {
    return Feature.pooling(features);
  }

  /** Around one block. */
  private record Around(Dynamic method, Mixtures.@Nullable Around mixture) implements BlockGraph {
    @Override
    public Value mlpHalf(GraphBlock b, Value a) {
      Graph g = b.graph();
      Value u = norm(b, NormSite.NORM2, a);
      Value m = mixture == null ? adapter(b, u) : mixture.mixture(b, u);
      Value y = g.add(a, g.add(mlp(b, u), m));
      String place = b.name() + (method.tfts ? ".tfts.prompt" : ".prompt");
      return Mixtures.prompted(b, place, method.promptActivation, false, y, m);
    }

    @Override
    public Value norm(GraphBlock b, NormSite at, Value x) {
      return transformed(b, at.path(), b.norm(at, x));
    }

    @Override
    public Value linear(GraphBlock b, LinearSite at, Value x) {
      String layer = at.path().substring(at.path().indexOf('.') + 1);
      return transformed(b, layer, b.linear(at, x));
    }

    private Value transformed(GraphBlock b, String layer, Value z) {
      return method.tfts ? Norms.transformed(b.source(), b.name() + ".tfts." + layer, z) : z;
    }

    /** {@code relu(W_s n + b_s) · (W_up gelu(W_dn n + b_dn) + b_up)}, n = LN(u). */
    private static Value adapter(GraphBlock b, Value u) {
      Graph g = b.graph();
      Source s = b.source();
      String place = b.name() + ".adapter";
      Value n = Norms.own(s, place + ".norm", u, EPS);
      Value said = Bottlenecks.bottleneck(s, Activation.GELU, place, n);
      Value scale = g.map("Relu", Bottlenecks.linear(s, place + ".scale", n));
      return g.mul(said, scale);
    }
  }
}
