package dev.adapterx.export;

import dev.adapterx.export.method.BlockGraph;
import dev.adapterx.export.method.GraphBlock;
import dev.adapterx.export.method.Routes;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.method.TunerGraph;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Rotation;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vision transformer with a method around it: images (B, 3, S, S) to the feature (B, F).
 *
 * @param reads how many tokens of the last block are computed
 */
record VisionGraph(Source source, VisionTransformer vit, TunerGraph tuner, long reads) {
  private Graph graph() {
    return source.graph();
  }

  /**
   * What a run gives.
   *
   * @param feature (B, F)
   * @param routing (B, blocks, G, H) experts of the patches' sub-tokens, or absent
   */
  record Read(Value feature, @Nullable Value routing) {}

  Read read(Value pixels) {
    Routes routes = new Routes();
    List<Value> patches = patches(pixels);
    GraphBlock.Rotary rotary = rotary();
    Value x = patches.get(0);
    int depth = vit.blocks().size();
    long prefix = vit.prefixTokens();
    for (int i = 0; i < depth; i++) {
      Value in = tuner.before(source, i, x, prefix, pixels);
      long read = i == depth - 1 ? Math.min(reads, in.size(1)) : in.size(1);
      BlockGraph around = tuner.block(i, depth);
      x =
          around.block(
              new GraphBlock(source, vit.blocks().get(i), vit.prefixTokens(), read, rotary, routes),
              in);
    }
    long grid = patches.get(1).size(1);
    Value routing = routes.ofPatches(graph(), grid, prefix).orElse(null);
    return new Read(pooled(x, grid), routing);
  }

  /** All tokens (B, N, D) that enter the first block, and the patches among them (B, G, D). */
  private List<Value> patches(Value pixels) {
    Graph g = graph();
    ViTConfig c = vit.config();
    long cells = (long) c.grid() * c.grid();
    Value filters = source.backbone("patch_embed.proj.weight");
    Value squares = g.patches(pixels, filters, c.patch()); // (B, D, h, w)
    Value rows = g.transposed(g.reshape(squares, Value.BATCH, c.width(), cells), 0, 2, 1);
    Value plain = source.maybe("patch_embed.proj.bias").map(bias -> g.add(rows, bias)).orElse(rows);
    Value patches = tuner.patches(source, plain);
    List<Value> tokens = new ArrayList<>(List.of(source.backbone("cls_token")));
    source.maybe("dist_token").ifPresent(tokens::add);
    source.maybe("reg_token").ifPresent(tokens::add);
    Value first = g.perInput(g.concat(1, tokens.toArray(new Value[0])), pixels);
    Value all = positioned(first, patches);
    Value entering =
        c.preNorm()
            ? g.layerNorm(
                all, source.backbone("norm_pre.weight"), source.backbone("norm_pre.bias"), c.eps())
            : all;
    return List.of(entering, patches);
  }

  private Value positioned(Value first, Value patches) {
    Graph g = graph();
    if (vit.posEmbed() == null) {
      return g.concat(1, first, patches);
    }
    Value positions = source.backbone("pos_embed");
    long covered = positions.size(1) - patches.size(1);
    if (covered == 0) {
      return g.concat(1, first, g.add(patches, positions));
    }
    if (covered == first.size(1)) {
      return g.add(g.concat(1, first, patches), positions);
    }
    Value cls = g.add(g.slice(first, 1, 0, 1), g.slice(positions, 1, 0, 1));
    Value placed = g.add(patches, g.slice(positions, 1, 1, positions.size(1)));
    return g.concat(1, cls, g.slice(first, 1, 1, first.size(1)), placed);
  }

  private GraphBlock.@Nullable Rotary rotary() {
    ViTConfig c = vit.config();
    if (c.theta() == null) {
      return null;
    }
    int d = c.width() / c.heads();
    Rotation turning = Rotation.of(c.grid(), c.grid(), d, c.theta(), vit.clsToken());
    long cells = (long) c.grid() * c.grid();
    return new GraphBlock.Rotary(
        graph().floats("rotary cosines", Tensors.floats(turning.cos()), cells, d),
        graph().floats("rotary sines", Tensors.floats(turning.sin()), cells, d));
  }

  private Value pooled(Value tokens, long patches) {
    Pooling pooling = vit.pooling();
    return pooling.normBehind()
        ? normed(joined(pooling, tokens, patches))
        : joined(pooling, normed(tokens), patches);
  }

  private Value normed(Value x) {
    String name = vit.tensors().has("fc_norm") ? "fc_norm" : "norm";
    return tuner.norm(
        source,
        x,
        v ->
            graph()
                .layerNorm(
                    v,
                    source.backbone(name + ".weight"),
                    source.backbone(name + ".bias"),
                    vit.norm().eps()));
  }

  private Value joined(Pooling pooling, Value x, long patches) {
    Value[] parts =
        pooling.parts().stream().map(part -> part(part, x, patches)).toArray(Value[]::new);
    return graph().concat(1, parts);
  }

  private Value part(Pooling.Part part, Value x, long patches) {
    Graph g = graph();
    long behind = x.size(1) - patches;
    Value one =
        switch (part) {
          case CLS -> g.slice(x, 1, 0, 1);
          case CLS_AND_DISTILLATION -> g.mean(g.slice(x, 1, 0, 2), 1);
          case EXTRA_MEAN -> g.mean(g.slice(x, 1, vit.prefixTokens(), behind), 1);
          case PATCH_MEAN -> g.mean(g.slice(x, 1, behind, x.size(1)), 1);
          case PATCH_MAX -> g.max(g.slice(x, 1, behind, x.size(1)), 1);
        };
    return g.reshape(one, Value.BATCH, x.size(2));
  }
}
