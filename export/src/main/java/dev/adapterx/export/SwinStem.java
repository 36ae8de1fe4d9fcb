package dev.adapterx.export;

import dev.adapterx.export.method.GraphTokens;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.method.TunerGraph;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.swin.SwinTransformer;
import dev.adapterx.model.tokens.Grid;

/** What a Swin transformer does before its blocks. */
record SwinStem(Source source, SwinTransformer swin, TunerGraph tuner) implements Stem {
  @Override
  public Start start(Value pixels) {
    Graph g = source.graph();
    int side = swin.config().imageSize() / swin.config().patch();
    Grid.Cells cells = new Grid.Cells(side, side);
    Value filters = source.backbone("patch_embed.proj.weight");
    Value squares = g.patches(pixels, filters, swin.config().patch()); // (B, D, h, w)
    Value rows = g.reshape(squares, Value.BATCH, filters.size(0), cells.patches());
    Value plain = g.add(g.transposed(rows, 0, 2, 1), source.backbone("patch_embed.proj.bias"));
    Value normed =
        g.layerNorm(
            plain,
            source.backbone("patch_embed.norm.weight"),
            source.backbone("patch_embed.norm.bias"),
            swin.patchNorm().eps());
    Value patches = tuner.patches(source, normed);
    GraphTokens tokens = new GraphTokens(g, pixels, patches, null, 0);
    return new Start(tokens, cells.patches(), cells, null, null);
  }
}
