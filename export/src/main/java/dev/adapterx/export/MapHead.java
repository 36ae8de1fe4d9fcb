package dev.adapterx.export;

import dev.adapterx.export.method.Norms;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Bilinear;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The head of a segmentation: patches (B, G, D) of k layers to scores (B, C, h·2^u, w·2^u). A batch
 * norm over the k·D channels and a linear layer; with u doublings a linear layer to W channels
 * before them, and one to scores beside them.
 */
record MapHead(Source source) implements DenseHead {
  private static final double EPS = 1e-6; // of the norm in a doubling
  private static final String LAST = "head.conv_seg";
  private static final String REDUCE = "head.reduce";
  private static final String SKIP = "head.skip";

  /** Whether a model has such a head, over patches of one grid. */
  static boolean fits(AdaptedModel model) {
    return model.trainable().has(LAST) && model.tunedBackbone() instanceof VisionTransformer;
  }

  @Override
  public Map<String, Value> outputs(BackboneGraph.Patches patches) {
    return Map.of(
        ExportedGraph.OUTPUT, scores(patches.layers(), Objects.requireNonNull(patches.cells())));
  }

  private Value scores(List<Value> layers, Grid.Cells cells) {
    Graph g = source.graph();
    Value all = g.concat(2, layers.toArray(new Value[0])); // (B, G, kD)
    Value x = Norms.batch(g, all, name -> source.own("head.bn." + name));
    Value patches = x;
    if (source.hasOwn(REDUCE + ".weight")) {
      x = g.linear(x, source.own(REDUCE + ".weight"), source.own(REDUCE + ".bias"));
    }
    Value y = g.reshape(x, Value.BATCH, cells.height(), cells.width(), x.size(2));
    for (int i = 0; source.hasOwn("head.up." + i + ".conv1.weight"); i++) {
      y = doubled("head.up." + i, y);
    }
    Value weight = source.perClass(LAST + ".weight");
    Value scores = g.transposed(g.linear(y, weight, source.perClass(LAST + ".bias")), 0, 3, 1, 2);
    return source.hasOwn(SKIP + ".weight")
        ? g.add(scores, beside(patches, cells, Math.toIntExact(y.size(1) / cells.height())))
        : scores;
  }

  /** The linear layer beside, enlarged bilinearly so many times by two matrices. */
  private Value beside(Value patches, Grid.Cells cells, int times) {
    Graph g = source.graph();
    Value linear =
        g.linear(patches, source.perClass(SKIP + ".weight"), source.perClass(SKIP + ".bias"));
    Value map =
        g.transposed(
            g.reshape(linear, Value.BATCH, cells.height(), cells.width(), linear.size(2)),
            0,
            3,
            1,
            2);
    Value wide = g.linear(map, matrix(cells.width(), times)); // (B, C, h, W)
    Value tall = g.linear(g.transposed(wide, 0, 1, 3, 2), matrix(cells.height(), times));
    return g.transposed(tall, 0, 1, 3, 2);
  }

  private Value matrix(int cells, int times) {
    int to = cells * times;
    return source
        .graph()
        .floats("enlarging %d %d".formatted(cells, to), Bilinear.matrix(cells, to), to, cells);
  }

  /** (B, h, w, W) to (B, 2h, 2w, W). */
  private Value doubled(String place, Value x) {
    Graph g = source.graph();
    Value large =
        g.doubled(
            g.transposed(x, 0, 3, 1, 2),
            source.own(place + ".conv1.weight"),
            source.own(place + ".conv1.bias"));
    Value mixed = g.convolvedAlone(g.map("Gelu", large), source.own(place + ".conv2.weight"));
    return g.layerNorm(
        g.transposed(mixed, 0, 2, 3, 1),
        source.own(place + ".norm.weight"),
        source.own(place + ".norm.bias"),
        EPS);
  }
}
