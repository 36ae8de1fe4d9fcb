package dev.adapterx.export;

import dev.adapterx.export.method.GraphTokens;
import dev.adapterx.export.method.Norms;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.method.TunerGraph;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.PointConfig;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.PointGroups;
import java.util.stream.LongStream;

/** What a point transformer does before its blocks: clouds, or their groups, to tokens. */
record PointStem(Source source, PointTransformer points, TunerGraph tuner) implements Stem {
  /** Clouds (batch, N, 3); the graph cuts them into groups. */
  static final String CLOUDS = "points";

  /** Groups (batch, G, K + 1, 3), the centre of each and its neighbours relative to it. */
  static final String GROUPS = "groups";

  /** Larger than any squared distance, as {@link PointGroups} begins. */
  private static final double UNREACHED = 1e10;

  /** Points whose squared length is below this float, the nearest above 0.001, are never taken. */
  private static final double PADDING = 1e-3f;

  private Graph graph() {
    return source.graph();
  }

  @Override
  public Start start(Value input) {
    Graph g = graph();
    Value groups = input.rank() == 3 ? grouped(input) : input; // (B, G, K + 1, 3)
    long count = groups.size(1);
    Value centres = g.reshape(g.slice(groups, 2, 0, 1), Value.BATCH, count, 3);
    Value patches = tuner.patches(source, patches(g.slice(groups, 2, 1, groups.size(2))));
    Value hidden = g.map("Gelu", layer("pos_embed.0", centres));
    Value placed = layer("pos_embed.2", hidden);
    Value tokens = patches;
    Value positions = placed;
    if (points.prefixTokens() > 0) {
      tokens = g.concat(1, g.perInput(source.backbone("cls_token"), input), patches);
      positions = g.concat(1, g.perInput(source.backbone("cls_pos"), input), placed);
    }
    GraphTokens all = new GraphTokens(g, input, tokens, positions, points.prefixTokens());
    boolean once = points.config().positions() == PointConfig.Positions.ONCE;
    return new Start(once ? all.once() : all, count, null, null, centres);
  }

  /** Farthest points and their neighbours, by the rules of {@link PointGroups}, step by step. */
  private Value grouped(Value clouds) {
    Graph g = graph();
    PointPreprocessing p = points.preprocessing();
    long n = p.points();
    Value x = axis(clouds, 0);
    Value y = axis(clouds, 1);
    Value z = axis(clouds, 2);
    Value norms = sum(g.mul(x, x), g.mul(y, y), g.mul(z, z)); // (B, N)
    Value reach = g.where(g.less(norms, g.scalar(PADDING)), g.scalar(-1), g.scalar(UNREACHED));
    Value last = g.perInput(g.reshape(g.longs(0), 1, 1), clouds);
    Value[] taken = new Value[p.groups()];
    Value[] squares = new Value[p.groups()];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = g.chosen(clouds, last); // (B, 1, 3)
      Value dx = g.sub(x, coordinate(taken[i], 0));
      Value dy = g.sub(y, coordinate(taken[i], 1));
      Value dz = g.sub(z, coordinate(taken[i], 2));
      Value square = sum(g.mul(dx, dx), g.mul(dy, dy), g.mul(dz, dz));
      squares[i] = g.reshape(square, Value.BATCH, 1, n);
      reach = g.min(reach, square);
      last = g.argmax(reach); // (B, 1)
    }
    Value nearest = g.smallest(g.concat(1, squares), p.neighbours()); // (B, G, K)
    long count = (long) p.groups() * p.neighbours();
    Value rows = g.chosen(clouds, g.reshape(nearest, Value.BATCH, count));
    Value centres = g.reshape(g.concat(1, taken), Value.BATCH, p.groups(), 1, 3);
    Value around = g.reshape(rows, Value.BATCH, p.groups(), p.neighbours(), 3);
    return g.concat(2, centres, g.sub(around, centres));
  }

  private Value axis(Value clouds, int axis) {
    Value one = graph().slice(clouds, 2, axis, axis + 1L);
    return graph().reshape(one, Value.BATCH, clouds.size(1));
  }

  private Value coordinate(Value point, int axis) {
    return graph().reshape(graph().slice(point, 2, axis, axis + 1L), Value.BATCH, 1);
  }

  private Value sum(Value dx, Value dy, Value dz) {
    return graph().add(graph().add(dx, dy), dz);
  }

  /** Neighbourhoods (B, G, K, 3) to tokens (B, G, D). */
  private Value patches(Value around) {
    Graph g = graph();
    Value local = layer("encoder.first_conv.3", opened("encoder.first_conv.1", first(around)));
    Value global = g.max(local, 2); // (B, G, 1, 2c)
    Value weight = flat("encoder.second_conv.0.weight");
    long half = local.size(3);
    Value ofGroup = g.linear(global, g.slice(weight, 1, 0, half));
    Value ofPoint = g.linear(local, g.slice(weight, 1, half, 2 * half));
    Value joined = g.add(g.add(ofPoint, ofGroup), source.backbone("encoder.second_conv.0.bias"));
    Value tokens = layer("encoder.second_conv.3", opened("encoder.second_conv.1", joined));
    Value all = g.reshape(g.max(tokens, 2), Value.BATCH, tokens.size(1), tokens.size(3));
    return points.reduceDim() == null ? all : layer("reduce_dim", all);
  }

  private Value first(Value around) {
    return layer("encoder.first_conv.0", around);
  }

  private Value opened(String norm, Value x) {
    Graph g = graph();
    return g.map("Relu", Norms.batch(g, x, name -> source.backbone(norm + "." + name)));
  }

  private Value layer(String place, Value x) {
    Value y = graph().linear(x, flat(place + ".weight"));
    return source.maybe(place + ".bias").map(b -> graph().add(y, b)).orElse(y);
  }

  /** A weight (D_out, D_in), which files may have as (D_out, D_in, 1). */
  private Value flat(String name) {
    Value weight = source.backbone(name);
    return weight.rank() == 2
        ? weight
        : graph().reshape(weight, LongStream.of(weight.size(0), weight.size(1)).toArray());
  }
}
