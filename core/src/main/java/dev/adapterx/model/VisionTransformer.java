package dev.adapterx.model;

import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.model.tokens.PositionEmbedding;
import dev.adapterx.nn.Attention;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PatchEmbed;
import dev.adapterx.nn.Rotation;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Vision transformer (Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021, <a
 * href="https://arxiv.org/abs/2010.11929">paper</a>) with the variations that published weights
 * have: layer scale, a distillation token (DeiT), register tokens (DINOv2), a norm before the
 * blocks (CLIP), rotary positions (DINOv3), class-token or average pooling. Tensor names are
 * timm's.
 *
 * <p>Token order: CLS, distillation, registers, patches. The position embedding covers the patches,
 * the patches and CLS, or all tokens, depending on its length; with rotary positions there is none.
 */
public record VisionTransformer(
    ViTConfig config,
    BackboneInfo info,
    ImagePreprocessing preprocessing,
    PatchEmbed patchEmbed,
    Tensor clsToken, // (1, 1, D)
    @Nullable Tensor distToken, // (1, 1, D)
    @Nullable Tensor regToken, // (1, R, D)
    @Nullable Tensor posEmbed, // (1, positions, D)
    @Nullable LayerNorm normPre,
    List<Block> blocks,
    LayerNorm norm,
    NamedTensors tensors,
    Precision precision)
    implements Backbone {

  /** Builds the layers over tensors named as timm names them; takes the tensors over. */
  public static VisionTransformer from(
      NamedTensors tensors,
      ViTConfig config,
      BackboneInfo info,
      ImagePreprocessing preprocessing,
      Precision precision) {
    int last = Math.max(1, config.depth() - 1);
    List<Block> blocks =
        IntStream.range(0, config.depth())
            .mapToObj(
                i ->
                    Block.from(
                        "blocks." + i,
                        tensors.at("blocks." + i),
                        Attention.from(
                            tensors.at("blocks." + i + ".attn"),
                            config.heads(),
                            config.theta() != null),
                        config.eps(),
                        (double) i / last,
                        config.gelu()))
            .toList();
    return new VisionTransformer(
        config,
        info,
        preprocessing,
        PatchEmbed.from(tensors.at("patch_embed")),
        tensors.get("cls_token"),
        tensors.find("dist_token").orElse(null),
        tensors.find("reg_token").orElse(null),
        tensors.find("pos_embed").orElse(null),
        config.preNorm() ? LayerNorm.from(tensors.at("norm_pre"), config.eps()) : null,
        blocks,
        LayerNorm.from(tensors.at(isNormBehindPooling(tensors) ? "fc_norm" : "norm"), config.eps()),
        tensors,
        precision);
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public int prefixTokens() {
    return config.prefixTokens();
  }

  @Override
  public ClassToken cls() {
    return new ClassToken(clsToken, null);
  }

  @Override
  public Embedding embed(
      Tensor images, @Nullable ClassToken cls, UnaryOperator<Tensor> around, Pass pass) {
    Grid.Cells grid = Grid.Cells.of(images, config.patch());
    Tensor patches = around.apply(patchEmbed.forward(images.to(precision.type()))); // (B, G, D)
    Tensor first = prefix(Objects.requireNonNull(cls).token(), patches);
    if (config.theta() != null) {
      int d = config.width() / config.heads();
      pass.keep(
          Rotation.class, Rotation.of(grid.height(), grid.width(), d, config.theta(), patches));
    }
    Tensor tokens =
        posEmbed == null
            ? Tensors.cat(1, first, patches)
            : positioned(posEmbed, first, patches, grid);
    return new Embedding(
        normPre == null ? tokens : normPre.forward(tokens), null, prefixTokens(), grid);
  }

  private Tensor positioned(Tensor posEmbed, Tensor first, Tensor patches, Grid.Cells grid) {
    int side = config.grid();
    long covered = posEmbed.size(1) - (long) side * side;
    Tensor whole =
        grid.height() == side && grid.width() == side
            ? posEmbed
            : PositionEmbedding.resized(posEmbed, covered, side, grid);
    Tensor positions = Tensors.like(whole, patches);
    if (covered == 0) {
      return Tensors.cat(1, first, patches.add(positions));
    }
    if (covered == first.size(1)) {
      return Tensors.cat(1, first, patches).add(positions);
    }
    Tensor seen = Tensors.cat(1, first.narrow(1, 0, 1), patches).add(positions);
    return Tensors.cat(
        1,
        seen.narrow(1, 0, 1),
        first.narrow(1, 1, first.size(1) - 1),
        seen.narrow(1, 1, patches.size(1)));
  }

  /** CLS, distillation and register tokens for each sample: (B, prefix, D). */
  private Tensor prefix(Tensor cls, Tensor patches) {
    Tensor tokens = Tensors.like(cls, patches);
    if (distToken != null) {
      tokens = Tensors.cat(1, tokens, Tensors.like(distToken, patches));
    }
    if (regToken != null) {
      tokens = Tensors.cat(1, tokens, Tensors.like(regToken, patches));
    }
    return tokens.expand(patches.size(0), -1, -1);
  }

  /** With average pooling timm moves the final norm behind the pooling and calls it fc_norm. */
  private static boolean isNormBehindPooling(NamedTensors tensors) {
    return tensors.has("fc_norm");
  }

  @Override
  public Pooling pooling() {
    Pooling.Part part =
        config.pooling() == ViTConfig.Pooling.AVG
            ? Pooling.Part.PATCH_MEAN
            : distToken == null ? Pooling.Part.CLS : Pooling.Part.CLS_AND_DISTILLATION;
    return new Pooling(List.of(part), isNormBehindPooling(tensors));
  }

  @Override
  public Classifier classifier() {
    return new Pretrained(this);
  }

  /** The weights' own linear layer, and a second one for the distillation token. */
  private record Pretrained(VisionTransformer of) implements Classifier {
    /** With a distillation token it is the mean of the two classifiers, each on its own token. */
    @Override
    public Optional<Tensor> logits(Tensor images) {
      if (!of.tensors.has("head")) {
        return Optional.empty();
      }
      Pass pass = Pass.evaluation();
      Linear head = Linear.from(of.tensors.at("head"));
      if (!of.tensors.has("head_dist")) {
        Features read = of.features(images, BackboneTuner.NONE, pass, Reads.pooled());
        return Optional.of(head.forward(read.pooled()));
      }
      Features read = of.features(images, BackboneTuner.NONE, pass, Reads.patches());
      Tensor tokens = of.norm.forward(read.tokens());
      Tensor distilled = Linear.from(of.tensors.at("head_dist")).forward(tokens.select(1, 1));
      return Optional.of(Tensors.scaled(head.forward(tokens.select(1, 0)).add(distilled), 0.5));
    }

    @Override
    public OptionalInt classes() {
      return of.tensors.find("head.weight").stream()
          .mapToInt(w -> Math.toIntExact(w.size(0)))
          .findAny();
    }

    @Override
    public Optional<String> place(boolean linear) {
      return linear ? Optional.of("head.") : Optional.empty();
    }

    @Override
    public boolean owns(String name) {
      return ViTReader.isHead(name);
    }
  }

  @Override
  public VisionTransformer over(NamedTensors others) {
    return from(others, config, info, preprocessing, precision);
  }

  /** Its name and shape, without the tensors. */
  @Override
  public String toString() {
    return "%s (%s names): %d blocks of width %d, input %d x %d, %s"
        .formatted(
            info.name(),
            info.source(),
            config.depth(),
            config.width(),
            config.imageSize(),
            config.imageSize(),
            precision);
  }
}
