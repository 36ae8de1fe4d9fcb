package dev.adapterx.export.method;

import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Gelu;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A frozen block as its steps are written to a graph.
 *
 * @param prefix tokens before those that a method adds
 * @param reads how many tokens of its output are computed, the first ones
 * @param rotary the turning of queries and keys, or absent
 * @param cells where the patches are in a picture, or absent
 * @param routes where a mixture says which experts its tokens go to
 */
public record GraphBlock(
    Source source,
    Block block,
    int prefix,
    long reads,
    @Nullable Rotary rotary,
    Grid.@Nullable Cells cells,
    Routes routes) {
  /**
   * Rotary positions of the patches, the last G tokens.
   *
   * @param cos (G, d)
   * @param sin (G, d)
   */
  public record Rotary(Value cos, Value sin) {}

  Graph graph() {
    return source.graph();
  }

  /** Where the tensors of its adapter are: {@code blocks.3}. */
  String name() {
    return block.name();
  }

  /** Where its own tensors are: mostly its name. */
  String place() {
    return block.place();
  }

  /** Those of x (B, N, D) whose output is computed. */
  Value read(Value x) {
    return reads < x.size(1) ? graph().slice(x, 1, 0, reads) : x;
  }

  Value norm(NormSite at, Value x) {
    String own = name() + "." + at.path();
    String name = source.hasOwn(own + ".weight") ? own : place() + "." + at.path();
    return graph()
        .layerNorm(
            x,
            source.backbone(name + ".weight"),
            source.backbone(name + ".bias"),
            at.of(block).eps());
  }

  Value linear(LinearSite at, Value x) {
    String weight = place() + "." + at.path() + ".weight";
    Value y =
        source.isPacked(layer(at), weight)
            ? source.packedProduct(x, weight)
            : graph().linear(x, source.backbone(weight));
    return bias(at).map(bias -> graph().add(y, bias)).orElse(y);
  }

  /** Of a linear layer, (D_out, D_in). */
  Value weight(LinearSite at) {
    String weight = place() + "." + at.path() + ".weight";
    return source.isPacked(layer(at), weight)
        ? graph().transposed(source.unpacked(weight), 1, 0)
        : source.backbone(weight);
  }

  private String layer(LinearSite at) {
    return name() + "." + at.path();
  }

  /** Of a linear layer, (D_out). */
  Optional<Value> bias(LinearSite at) {
    return source.maybe(place() + "." + at.path() + ".bias");
  }

  /** Behind layer scale 1 or 2, if there is one. */
  Value scaled(int branch, Value x) {
    return source
        .maybe(place() + ".ls" + branch + ".gamma")
        .map(gamma -> graph().mul(x, gamma))
        .orElse(x);
  }

  Value gelu(Value x) {
    Graph g = graph();
    return block.mlp().gelu() == Gelu.EXACT
        ? g.map("Gelu", x)
        : g.mul(x, g.map("Sigmoid", g.scaled(x, 1.702)));
  }

  /** (B, N, D) to heads, (B, H, N, d). */
  Value heads(Value x) {
    long heads = block.attn().heads();
    Value split = graph().reshape(x, Value.BATCH, x.size(1), heads, x.size(2) / heads);
    return graph().transposed(split, 0, 2, 1, 3);
  }

  /** {@code softmax(q kᵀ / √d + b) v}, joined again: (B, M, D), of windows (B, W, n, D). */
  Value attended(Value q, Value k, Value v, @Nullable Value bias) {
    Graph g = graph();
    boolean windowed = block.attn().windows() != null;
    Value keys = windowed ? g.transposed(k, 0, 1, 2, 4, 3) : g.transposed(k, 0, 1, 3, 2);
    Value scores = g.matmul(g.scaled(q, 1 / Math.sqrt((double) q.size(-1))), keys);
    Value placed = windowed ? g.add(scores, Windowed.bias(this)) : scores;
    Value weights = g.softmax(bias == null ? placed : g.add(placed, bias));
    Value mixed = g.matmul(weights, v);
    long width = mixed.size(-1) * block.attn().heads();
    return windowed
        ? g.reshape(
            g.transposed(mixed, 0, 1, 3, 2, 4), Value.BATCH, mixed.size(1), mixed.size(3), width)
        : g.reshape(g.transposed(mixed, 0, 2, 1, 3), Value.BATCH, mixed.size(2), width);
  }

  /** Queries or keys (B, H, N, d) with the patches among them turned. */
  Value turned(Value x, long tokens) {
    if (rotary == null) {
      return x;
    }
    Graph g = graph();
    long before = tokens - rotary.cos().size(0);
    long patches = x.size(2) - before;
    if (patches <= 0) {
      return x;
    }
    Value u = g.slice(x, 2, before, x.size(2));
    long half = u.size(3) / 2;
    Value crossed =
        g.concat(3, g.map("Neg", g.slice(u, 3, half, 2 * half)), g.slice(u, 3, 0, half));
    Value placed =
        g.add(
            g.mul(u, g.slice(rotary.cos(), 0, 0, patches)),
            g.mul(crossed, g.slice(rotary.sin(), 0, 0, patches)));
    return before == 0 ? placed : g.concat(2, g.slice(x, 2, 0, before), placed);
  }
}
