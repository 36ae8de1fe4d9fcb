package dev.adapterx.export;

import dev.adapterx.export.method.Norms;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.peft.AdaptedModel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The head that labels points: groups (B, G, D) of k layers and the points (B, N, 3) of their
 * clouds to scores (B, C, N). Each point takes over of its three nearest groups, by squared
 * distance d, in shares of {@code 1 / (d + 1e-8)}.
 *
 * @param points (B, N, 3)
 * @param category (B) of whole numbers, what each cloud is, below 0 where that is not known; absent
 *     where the head is told none
 */
record PartHead(Source source, Value points, @Nullable Value category) implements DenseHead {
  private static final String LEAN = "head.local";
  private static final String EXACT = "head.convs3";
  private static final String NEAR = "head.propagation_0.";
  private static final int NEAREST = 3;
  private static final double EPS = 1e-8;
  private static final double SLOPE = 0.2;

  /** Whether a model has such a head. */
  static boolean fits(AdaptedModel model) {
    return model.trainable().has(LEAN) || model.trainable().has(EXACT);
  }

  @Override
  public Map<String, Value> outputs(BackboneGraph.Patches patches) {
    Graph g = source.graph();
    List<Value> layers = patches.layers();
    Value groups = g.concat(2, layers.toArray(new Value[0])); // (B, G, kD)
    Value weights = weights(Objects.requireNonNull(patches.centres()));
    Value scores = source.hasOwn(LEAN + ".weight") ? lean(groups, weights) : exact(groups, weights);
    return Map.of(ExportedGraph.OUTPUT, g.transposed(scores, 0, 2, 1));
  }

  /** Shares of the groups in each point (B, N, G), 0 for all but the nearest. */
  private Value weights(Value centres) {
    Graph g = source.graph();
    Value turned = g.transposed(centres, 0, 2, 1); // (B, 3, G)
    Value squares = null;
    for (int axis = 0; axis < 3; axis++) {
      Value apart = g.sub(g.slice(points, 2, axis, axis + 1L), g.slice(turned, 1, axis, axis + 1L));
      Value square = g.mul(apart, apart);
      squares = squares == null ? square : g.add(squares, square);
    }
    Value all = Objects.requireNonNull(squares);
    Graph.Least least = g.least(all, Math.min(NEAREST, all.size(2)));
    Value near = g.div(g.scalar(1), g.add(least.values(), g.scalar(EPS)));
    return g.placed(g.scaled(all, 0), least.numbers(), g.div(near, g.sum(near, 2)));
  }

  private Value lean(Value groups, Value weights) {
    Graph g = source.graph();
    Value z = opened("head.norm0", layer("head.reduce", groups)); // (B, G, W)
    Value of = layer(LEAN, g.concat(2, g.matmul(weights, z), points));
    Value whole = layer("head.global", told(whole(z), oneHot()));
    Value h = opened("head.norm1", g.add(of, spread(whole)));
    Value last = source.perClass("head.last.weight");
    return g.linear(h, last, source.perClass("head.last.bias"));
  }

  private Value exact(Value groups, Value weights) {
    Graph g = source.graph();
    Value rows = g.concat(2, points, g.matmul(weights, groups));
    Value f = opened(NEAR + "mlp_bns.0", layer(NEAR + "mlp_convs.0", rows));
    f = opened(NEAR + "mlp_bns.1", layer(NEAR + "mlp_convs.1", f)); // (B, N, 1024)
    Value weight = flat("head.convs1.weight");
    Value ofPoint = g.linear(f, g.slice(weight, 1, 0, f.size(2)));
    Value own = g.slice(weight, 1, f.size(2), weight.size(1));
    Value ofCloud = g.linear(told(whole(groups), named()), own, source.own("head.convs1.bias"));
    Value h = opened("head.bns1", g.add(ofPoint, spread(ofCloud)));
    h = opened("head.bns2", layer("head.convs2", h));
    Value last = source.perClass(EXACT + ".weight");
    Value columns = last.rank() == 2 ? last : g.reshape(last, last.size(0), last.size(1));
    return g.linear(h, columns, source.perClass(EXACT + ".bias"));
  }

  /** The largest and the mean over the groups, (B, 2W). */
  private Value whole(Value groups) {
    Graph g = source.graph();
    Value both = g.concat(1, g.max(groups, 1), g.mean(groups, 1));
    return g.reshape(both, Value.BATCH, 2 * groups.size(2));
  }

  private Value told(Value whole, @Nullable Value kind) {
    return kind == null ? whole : source.graph().concat(1, whole, kind);
  }

  /** What concerns the whole cloud, for each of its points: (B, 1, W). */
  private Value spread(Value ofCloud) {
    return source.graph().reshape(ofCloud, Value.BATCH, 1, ofCloud.size(1));
  }

  /** How many categories a head of a model is told apart by; 0: it is told none. */
  static int told(AdaptedModel model) {
    if (model.trainable().has("head.label_conv.0")) {
      return Math.toIntExact(model.trainable().get("head.label_conv.0.weight").size(1));
    }
    if (!model.trainable().has("head.global")) {
      return 0;
    }
    long[] shape = model.trainable().get("head.global.weight").shape();
    return Math.toIntExact(shape[1] - 2 * shape[0]);
  }

  private int categories() {
    if (source.hasOwn("head.label_conv.0.weight")) {
      return Math.toIntExact(source.own("head.label_conv.0.weight").size(1));
    }
    Value global = source.own("head.global.weight");
    return Math.toIntExact(global.size(1) - 2 * global.size(0));
  }

  /**
   * One-hot (B, c): rows of a table whose first stands for what is not known, so that a runtime
   * refuses a number that is no category.
   */
  private @Nullable Value oneHot() {
    if (category == null) {
      return null;
    }
    Graph g = source.graph();
    int count = categories();
    float[] table = new float[(count + 1) * count];
    for (int i = 0; i < count; i++) {
      table[(i + 1) * count + i] = 1;
    }
    Value row = g.add(g.max(category, g.longs(-1)), g.longs(1));
    return g.rows(g.floats("categories", table, count + 1, count), row);
  }

  /** The category as 64 channels of Point-MAE's head. */
  private @Nullable Value named() {
    Value kind = oneHot();
    if (kind == null) {
      return null;
    }
    Graph g = source.graph();
    Value normed = batch("head.label_conv.1", g.linear(kind, flat("head.label_conv.0.weight")));
    return g.max(normed, g.scaled(normed, SLOPE));
  }

  private Value opened(String norm, Value x) {
    return source.graph().map("Relu", batch(norm, x));
  }

  private Value batch(String norm, Value x) {
    return Norms.batch(source.graph(), x, name -> source.own(norm + "." + name));
  }

  private Value layer(String place, Value x) {
    Value y = source.graph().linear(x, flat(place + ".weight"));
    return source.hasOwn(place + ".bias") ? source.graph().add(y, source.own(place + ".bias")) : y;
  }

  /** A weight (D_out, D_in), which may be (D_out, D_in, 1). */
  private Value flat(String name) {
    Value weight = source.own(name);
    return weight.rank() == 2
        ? weight
        : source.graph().reshape(weight, weight.size(0), weight.size(1));
  }
}
