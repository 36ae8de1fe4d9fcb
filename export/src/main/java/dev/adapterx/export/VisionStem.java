package dev.adapterx.export;

import dev.adapterx.export.method.GraphBlock;
import dev.adapterx.export.method.GraphTokens;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.method.TunerGraph;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Rotation;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a vision transformer does before its blocks. */
record VisionStem(Source source, VisionTransformer vit, TunerGraph tuner) implements Stem {
  private Graph graph() {
    return source.graph();
  }

  @Override
  public Start start(Value pixels) {
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
    GraphTokens start = new GraphTokens(g, pixels, entering, null, vit.prefixTokens());
    return new Start(start, cells, new Grid.Cells(c.grid(), c.grid()), rotary(), null);
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
}
