package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.peft.prompt.Vpt;

/** Learned tokens among the patches. */
record Prompts(Vpt method) implements TunerGraph {
  @Override
  public Value before(Source s, int block, Value x, long prefix, Value input) {
    if (block > 0 && method.form() == Vpt.Form.SHALLOW) {
      return x;
    }
    Graph g = s.graph();
    Value own = s.own("blocks." + block + ".prompts"); // (p, D)
    Value tokens = g.perInput(g.reshape(own, 1, own.size(0), own.size(1)), input);
    long rest = prefix + (block == 0 ? 0 : own.size(0)); // those of the block before are dropped
    return g.concat(1, g.slice(x, 1, 0, prefix), tokens, g.slice(x, 1, rest, x.size(1)));
  }
}
