package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.peft.prompt.Vpt;

/** Learned tokens among the patches. */
record Prompts(Vpt method) implements TunerGraph {
  @Override
  public GraphTokens before(Source s, int block, int depth, GraphTokens x) {
    if (block > 0 && method.form() == Vpt.Form.SHALLOW) {
      return x;
    }
    Graph g = s.graph();
    Value own = s.own("blocks." + block + ".prompts"); // (p, D)
    Value tokens = g.perInput(g.reshape(own, 1, own.size(0), own.size(1)), x.input());
    return block > 0 ? x.replaced(tokens) : x.inserted(tokens, null);
  }
}
