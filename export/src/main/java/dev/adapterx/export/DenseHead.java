package dev.adapterx.export;

import dev.adapterx.export.onnx.Value;
import java.util.Map;

/** The head of a task that says something of many places of an input, as a graph. */
interface DenseHead {
  /** Patches to the outputs by their names, of which {@link ExportedGraph#OUTPUT} is the first. */
  Map<String, Value> outputs(BackboneGraph.Patches patches);
}
