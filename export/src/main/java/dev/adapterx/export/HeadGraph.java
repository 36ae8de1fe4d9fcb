package dev.adapterx.export;

import dev.adapterx.export.method.Source;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.nn.BatchNorm;

/** The classifier: features (B, F) to scores (B, C), C being each adapter's own. */
record HeadGraph(Source source) {
  /** Where Point-MAE's head of three layers has its linear ones; a batch norm follows each. */
  private static final int[] HIDDEN = {0, 4};

  private static final int LAST = 8;

  Value scores(Value features) {
    Graph g = source.graph();
    if (source.hasOwn("head.weight")) {
      return last("head", features);
    }
    Value x = features;
    for (int at : HIDDEN) {
      Value y = g.linear(x, own(at, "weight"), own(at, "bias"));
      Value variance = g.add(own(at + 1, BatchNorm.RUNNING_VAR), g.scalar(BatchNorm.EPS));
      Value factor = g.div(own(at + 1, "weight"), g.map("Sqrt", variance));
      Value centred = g.add(y, g.map("Neg", own(at + 1, BatchNorm.RUNNING_MEAN)));
      x = g.map("Relu", g.add(g.mul(centred, factor), own(at + 1, "bias")));
    }
    return last("head." + LAST, x);
  }

  private Value last(String place, Value x) {
    Value weight = source.perClass(place + ".weight");
    return source.graph().linear(x, weight, source.perClass(place + ".bias"));
  }

  private Value own(int layer, String name) {
    return source.own("head." + layer + "." + name);
  }
}
