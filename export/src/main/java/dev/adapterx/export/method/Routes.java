package dev.adapterx.export.method;

import dev.adapterx.export.onnx.ElementType;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which expert each sub-token of each block goes to, where experts are chosen one by one. */
public final class Routes {
  private final List<Value> chosen = new ArrayList<>();

  /**
   * Adds those of one block.
   *
   * @param experts (B, N, H) indices, of N tokens with H sub-tokens each
   */
  void add(Value experts) {
    chosen.add(experts);
  }

  /**
   * Those of the patches in all blocks that compute every patch: int32 of (B, blocks, G, H).
   *
   * @param patches G, the last tokens of each block
   * @param others tokens before them in every block
   */
  public Optional<Value> ofPatches(Graph g, long patches, long others) {
    Value[] whole =
        chosen.stream()
            .filter(c -> c.size(1) >= patches + others)
            .map(c -> g.slice(c, 1, c.size(1) - patches, c.size(1)))
            .map(c -> g.reshape(c, Value.BATCH, 1, patches, c.size(2)))
            .toArray(Value[]::new);
    return whole.length == 0
        ? Optional.empty()
        : Optional.of(g.cast(g.concat(1, whole), ElementType.INT32));
  }
}
