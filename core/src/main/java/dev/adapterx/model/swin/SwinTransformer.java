package dev.adapterx.model.swin;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Classifier;
import dev.adapterx.model.Features;
import dev.adapterx.model.Reads;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Attention;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Gelu;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PatchEmbed;
import dev.adapterx.nn.PatchMerging;
import dev.adapterx.nn.Pyramid;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Swin transformer (Liu et al., Swin Transformer: Hierarchical Vision Transformer using Shifted
 * Windows, ICCV 2021, <a href="https://arxiv.org/abs/2103.14030">paper</a>): stages of blocks that
 * attend within windows, every second block within shifted ones, and between two stages a merging
 * of four patches to one of twice the width. There is no class token; the feature is the mean of
 * the last stage's tokens behind the final norm. Tensor names are timm's.
 *
 * <p>Blocks are numbered through all stages: {@code blocks.2} is timm's {@code layers.1.blocks.0}
 * where the first stage has two. Any input whose sides are multiples of the patch is taken: windows
 * keep their size, and places are relative.
 */
public record SwinTransformer(
    SwinConfig config,
    BackboneInfo info,
    ImagePreprocessing preprocessing,
    PatchEmbed patchEmbed,
    LayerNorm patchNorm,
    List<Block> blocks,
    LayerNorm norm,
    NamedTensors tensors,
    Precision precision)
    implements Backbone {

  /** Builds the layers over tensors named as timm names them; takes the tensors over. */
  public static SwinTransformer from(
      NamedTensors tensors,
      SwinConfig config,
      BackboneInfo info,
      ImagePreprocessing preprocessing,
      Precision precision) {
    List<Block> blocks = new ArrayList<>();
    double last = Math.max(1, config.depth() - 1);
    for (int stage = 0; stage < config.stages().size(); stage++) {
      NamedTensors layer = tensors.at("layers." + stage);
      for (int i = 0; i < config.stages().get(stage).depth(); i++) {
        NamedTensors own = layer.at("blocks." + i);
        Attention attention = Attention.windowed(own.at("attn"), stage, i % 2 == 1);
        int number = blocks.size();
        Block block =
            Block.from("blocks." + number, own, attention, config.eps(), number / last, Gelu.EXACT);
        blocks.add(
            stage > 0 && i == 0
                ? block.behind(PatchMerging.from(layer.at("downsample"), config.eps()))
                : block);
      }
    }
    return new SwinTransformer(
        config,
        info,
        preprocessing,
        PatchEmbed.from(tensors.at("patch_embed")),
        LayerNorm.from(tensors.at("patch_embed.norm"), config.eps()),
        List.copyOf(blocks),
        LayerNorm.from(tensors.at("norm"), config.eps()),
        tensors,
        precision);
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public int prefixTokens() {
    return 0;
  }

  @Override
  public @Nullable ClassToken cls() {
    return null;
  }

  @Override
  public Embedding embed(
      Tensor images, @Nullable ClassToken cls, UnaryOperator<Tensor> around, Pass pass) {
    Grid.Cells grid = Grid.Cells.of(images, config.patch());
    Tensor patches =
        around.apply(patchNorm.forward(patchEmbed.forward(images.to(precision.type()))));
    List<Integer> windows = config.stages().stream().map(SwinConfig.Stage::window).toList();
    pass.keep(Pyramid.class, Pyramid.of(grid.height(), grid.width(), windows, patches));
    return new Embedding(patches, null, 0, grid);
  }

  @Override
  public Pooling pooling() {
    return Pooling.of(Pooling.Part.PATCH_MEAN);
  }

  @Override
  public Classifier classifier() {
    return new Pretrained(this);
  }

  /** The weights' own linear layer. */
  private record Pretrained(SwinTransformer of) implements Classifier {
    private static final String PLACE = "head.fc";

    @Override
    public OptionalInt classes() {
      return of.tensors.find(PLACE + ".weight").stream()
          .mapToInt(w -> Math.toIntExact(w.size(0)))
          .findAny();
    }

    @Override
    public Optional<Tensor> logits(Tensor images) {
      if (!of.tensors.has(PLACE)) {
        return Optional.empty();
      }
      Features read = of.features(images, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled());
      return Optional.of(Linear.from(of.tensors.at(PLACE)).forward(read.pooled()));
    }

    @Override
    public Optional<String> place(boolean linear) {
      return linear ? Optional.of(PLACE + ".") : Optional.empty();
    }

    @Override
    public boolean owns(String name) {
      return SwinReader.isHead(name);
    }
  }

  @Override
  public SwinTransformer over(NamedTensors others) {
    return from(others, config, info, preprocessing, precision);
  }

  /** Its name and shape, without the tensors. */
  @Override
  public String toString() {
    return "%s (%s names): %d blocks in %d stages, width %d to %d, input %d x %d, %s"
        .formatted(
            info.name(),
            info.source(),
            config.depth(),
            config.stages().size(),
            config.stages().get(0).width(),
            config.width(),
            config.imageSize(),
            config.imageSize(),
            precision);
  }
}
