package dev.adapterx.export;

import dev.adapterx.export.method.Source;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.peft.AdaptedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The head of a detection: patches (B, G, D) to class scores (B, R, C) before the sigmoid,
 * distances to a box's sides (B, R, 4) in strides, and how central a place is (B, R) before the
 * sigmoid; of R places, level by level of a pyramid and row by row. What makes boxes of them is the
 * program's.
 *
 * @param levels of the pyramid, the finest first
 */
record BoxHead(Source source, int levels) implements DenseHead {
  /** Outputs beside the scores. */
  static final String DISTANCES = "distances";

  /** See {@link #DISTANCES}. */
  static final String CENTRE = "centre";

  private static final String PYRAMID = "head.pyramid.";
  private static final double EPS = 1e-6; // of the pyramid's norms
  private static final double GROUP_EPS = 1e-5;
  private static final int GROUPS = 32;
  private static final int OWN_LEVELS = 3;

  /** Whether a model has such a head. */
  static boolean fits(AdaptedModel model) {
    return model.trainable().has(PYRAMID + "0.lateral");
  }

  /** Cells along a side of each level, of a map with so many. */
  static List<Integer> sides(int cells, int levels) {
    int half = cells / 2;
    return List.of(2 * cells, cells, half, (half + 1) / 2).subList(0, levels);
  }

  @Override
  public Map<String, Value> outputs(BackboneGraph.Patches patches) {
    Graph g = source.graph();
    List<Value> scores = new ArrayList<>();
    List<Value> sides = new ArrayList<>();
    List<Value> centres = new ArrayList<>();
    for (Value map : pyramid(patches)) {
      Value named = towered("head.class_tower.", map);
      Value boxed = towered("head.box_tower.", map);
      Value weight = source.perClass("head.classes.weight");
      scores.add(rows(g.convolved(named, weight, source.perClass("head.classes.bias"))));
      sides.add(rows(g.map("Relu", convolved("head.distances", boxed))));
      centres.add(rows(convolved("head.centre", boxed)));
    }
    Value centre = all(centres);
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(ExportedGraph.OUTPUT, all(scores));
    outputs.put(DISTANCES, all(sides));
    outputs.put(CENTRE, g.reshape(centre, Value.BATCH, centre.size(1)));
    return outputs;
  }

  private Value all(List<Value> parts) {
    return source.graph().concat(1, parts.toArray(new Value[0]));
  }

  /** The maps (B, F, h, w) of the levels. */
  private List<Value> pyramid(BackboneGraph.Patches patches) {
    Graph g = source.graph();
    Value last = patches.layers().get(patches.layers().size() - 1);
    Grid.Cells cells = Objects.requireNonNull(patches.cells());
    Value rows = g.reshape(last, Value.BATCH, cells.height(), cells.width(), last.size(2));
    Value map = g.transposed(rows, 0, 3, 1, 2);
    Value large = g.doubled(map, own(PYRAMID + "0.up.weight"), own(PYRAMID + "0.up.bias"));
    List<Value> maps = new ArrayList<>();
    maps.add(level(0, large));
    maps.add(level(1, map));
    maps.add(level(2, g.pooled(map, 2)));
    if (levels > OWN_LEVELS) {
      maps.add(g.pooled(maps.get(2), 1));
    }
    return maps;
  }

  /**
   * F channels by a linear layer, mixed by 3 × 3 cells, each behind a norm of a cell's channels.
   */
  private Value level(int i, Value map) {
    Graph g = source.graph();
    String place = PYRAMID + i;
    Value linear = g.linear(g.transposed(map, 0, 2, 3, 1), own(place + ".lateral.weight"));
    Value named = normed(place + ".lateral_norm", linear);
    Value mixed = g.convolved(g.transposed(named, 0, 3, 1, 2), own(place + ".smooth.weight"));
    Value smooth = normed(place + ".smooth_norm", g.transposed(mixed, 0, 2, 3, 1));
    return g.transposed(smooth, 0, 3, 1, 2);
  }

  private Value normed(String place, Value x) {
    return source.graph().layerNorm(x, own(place + ".weight"), own(place + ".bias"), EPS);
  }

  private Value towered(String tower, Value map) {
    Graph g = source.graph();
    Value x = map;
    for (int i = 0; source.hasOwn(tower + i + ".conv.weight"); i++) {
      String norm = tower + i + ".norm.";
      Value y = convolved(tower + i + ".conv", x);
      x =
          g.map(
              "Relu", g.groupNorm(y, own(norm + "weight"), own(norm + "bias"), GROUPS, GROUP_EPS));
    }
    return x;
  }

  private Value convolved(String place, Value x) {
    return source.graph().convolved(x, own(place + ".weight"), own(place + ".bias"));
  }

  /** (B, K, h, w) to (B, h w, K). */
  private Value rows(Value map) {
    Graph g = source.graph();
    long places = map.size(2) * map.size(3);
    return g.transposed(g.reshape(map, Value.BATCH, map.size(1), places), 0, 2, 1);
  }

  private Value own(String name) {
    return source.own(name);
  }
}
