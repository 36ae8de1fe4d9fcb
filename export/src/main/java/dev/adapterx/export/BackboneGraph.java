package dev.adapterx.export;

import dev.adapterx.base.ConfigException;
import dev.adapterx.export.method.BlockGraph;
import dev.adapterx.export.method.GraphBlock;
import dev.adapterx.export.method.GraphTokens;
import dev.adapterx.export.method.Routes;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.method.TunerGraph;
import dev.adapterx.export.method.Windowed;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.swin.SwinTransformer;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Block;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backbone with a method around it: inputs to the feature (B, F).
 *
 * @param reads how many tokens of the last block are computed
 */
record BackboneGraph(Source source, Backbone backbone, TunerGraph tuner, long reads) {
  /**
   * What a run gives.
   *
   * @param feature (B, F)
   * @param routing (B, blocks, G, H) experts of the patches' sub-tokens, or absent
   */
  record Read(Value feature, @Nullable Value routing) {}

  /** How a backbone begins, if there are graphs of its kind. */
  private Stem stem() {
    if (backbone instanceof VisionTransformer vit) {
      return new VisionStem(source, vit, tuner);
    }
    if (backbone instanceof PointTransformer points) {
      return new PointStem(source, points, tuner);
    }
    if (backbone instanceof SwinTransformer swin) {
      return new SwinStem(source, swin, tuner);
    }
    throw new ConfigException(
        "ONNX is written of vision transformers, Swin transformers and point transformers; '"
            + backbone.info().name()
            + "' is of another kind");
  }

  /**
   * Patches behind some blocks and the final norm.
   *
   * @param layers (B, G, D) of each
   * @param cells where they are in a picture, or absent
   * @param centres where they are in a cloud, (B, G, 3), or absent
   * @param routing as of {@link Read}
   */
  record Patches(
      List<Value> layers,
      Grid.@Nullable Cells cells,
      @Nullable Value centres,
      @Nullable Value routing) {}

  /** What is behind each block, before the final norm. */
  private record Run(
      List<GraphTokens> behind,
      long patches,
      Grid.@Nullable Cells cells,
      @Nullable Value centres,
      boolean sameGrid,
      Routes routes) {
    GraphTokens last() {
      return behind.get(behind.size() - 1);
    }
  }

  /** Inputs to the pooled feature. */
  Read read(Value input) {
    Run run = run(input, backbone.blocks().size());
    Value feature = pooled(run.last().tokens(), run.patches);
    return new Read(feature, routing(run));
  }

  /**
   * Inputs to the patches behind some blocks and the final norm, all on one grid.
   *
   * @param layers the blocks, by number
   */
  Patches patches(Value input, List<Integer> layers) {
    Run run = run(input, layers.get(layers.size() - 1) + 1);
    List<Value> maps = new ArrayList<>();
    for (int layer : layers) {
      Value tokens = run.behind.get(layer).tokens();
      Value patches = graph().slice(tokens, 1, tokens.size(1) - run.patches, tokens.size(1));
      maps.add(backbone.pooling().normBehind() ? patches : normed(patches));
    }
    return new Patches(maps, run.cells, run.centres, routing(run));
  }

  private @Nullable Value routing(Run run) {
    long others = run.last().prefix();
    return run.sameGrid ? run.routes.ofPatches(graph(), run.patches, others).orElse(null) : null;
  }

  private Run run(Value input, int count) {
    Routes routes = new Routes();
    Stem.Start start = stem().start(input);
    GraphTokens x = tuner.positionsOnce() ? start.tokens().once() : start.tokens();
    Grid.Cells cells = start.cells();
    long patches = start.patches();
    int depth = backbone.blocks().size();
    boolean sameGrid = true;
    List<GraphTokens> behind = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Block block = backbone.blocks().get(i);
      if (block.merging() != null && cells != null) {
        x = x.after(Windowed.merged(source, block, x.tokens(), cells));
        cells = cells.merged();
        patches = cells.patches();
        sameGrid = false;
      }
      x = tuner.before(source, i, depth, x);
      Value in = x.positioned();
      long read = i == depth - 1 ? Math.min(reads, in.size(1)) : in.size(1);
      BlockGraph around = tuner.block(i, depth);
      GraphBlock own =
          new GraphBlock(source, block, x.prefix(), read, start.rotary(), cells, routes);
      x = x.after(around.block(own, in));
      behind.add(x);
    }
    return new Run(behind, patches, cells, start.centres(), sameGrid, routes);
  }

  private Graph graph() {
    return source.graph();
  }

  private Value pooled(Value tokens, long patches) {
    Pooling pooling = tuner.pooling(backbone.pooling());
    return pooling.normBehind()
        ? normed(joined(pooling, tokens, patches))
        : joined(pooling, normed(tokens), patches);
  }

  private Value normed(Value x) {
    String name = backbone.tensors().has("fc_norm") ? "fc_norm" : "norm";
    return tuner.norm(
        source,
        x,
        v ->
            graph()
                .layerNorm(
                    v,
                    source.backbone(name + ".weight"),
                    source.backbone(name + ".bias"),
                    backbone.norm().eps()));
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
          case EXTRA_MEAN -> g.mean(g.slice(x, 1, backbone.prefixTokens(), behind), 1);
          case PATCH_MEAN -> g.mean(g.slice(x, 1, behind, x.size(1)), 1);
          case PATCH_MAX -> g.max(g.slice(x, 1, behind, x.size(1)), 1);
        };
    return g.reshape(one, Value.BATCH, x.size(2));
  }
}
