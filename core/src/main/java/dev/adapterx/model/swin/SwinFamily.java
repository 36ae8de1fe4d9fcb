package dev.adapterx.model.swin;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneFamily;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.model.BackboneKit;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.nn.Gelu;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.naming.CheckpointNames;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Swin transformers under the names of timm, transformers and the authors' own checkpoints. */
public final class SwinFamily implements BackboneFamily {
  /** timm's default, without a config. */
  private static final double CROP_PCT = 0.9;

  @Override
  public String name() {
    return "swin";
  }

  @Override
  public boolean recognises(WeightFile file) {
    return CheckpointNames.isSwin(file);
  }

  @Override
  public Backbone load(WeightFile file, FoundModel model, Options options) {
    requireNothingElse(options);
    BackboneKit kit = BackboneKit.of(CheckpointNames.timm(file), file, model, options);
    requireUsual(kit);
    SwinReader reader = new SwinReader(kit.shapes());
    SwinConfig config = reader.config(kit.inputSize(), kit.eps());
    reader.require(config);
    BackboneKit.Described described = kit.described(config.imageSize(), usual(config));
    BackboneInfo info = kit.info(SwinReader::isHead, described.source());
    NamedTensors tensors = kit.placed(SwinFamily::keepsFp32);
    return built(tensors, config, info, described.preprocessing(), options);
  }

  /** Refuses settings of configs that are not implemented. */
  private static void requireUsual(BackboneKit kit) {
    String where = String.valueOf(kit.model().weights());
    String pooling = kit.pooling().orElse("avg");
    if (!pooling.equals("avg")) {
      throw new CheckpointException(
          where + ": global_pool: expected avg of a Swin transformer, found '" + pooling + "'");
    }
    if (kit.gelu() != Gelu.EXACT) {
      throw new CheckpointException(
          where + ": hidden_act: expected gelu of a Swin transformer, found quick_gelu");
    }
  }

  /** Refuses options that follow from the tensors. */
  private static void requireNothingElse(Options options) {
    if (options.pooling() == ViTConfig.Pooling.CLS) {
      throw new ConfigException(
          "backbone.pooling: a Swin transformer has no class token, expected avg or nothing, found"
              + " cls");
    }
    if (options.heads() != null) {
      throw new ConfigException(
          "backbone.heads: the weights of a Swin transformer determine how many heads each stage has;"
              + " leave it out, found "
              + options.heads());
    }
  }

  private static SwinTransformer built(
      NamedTensors tensors,
      SwinConfig config,
      BackboneInfo info,
      ImagePreprocessing preprocessing,
      Options options) {
    return SwinTransformer.from(tensors, config, info, preprocessing, options.resolvedPrecision());
  }

  private static ImagePreprocessing usual(SwinConfig config) {
    return ImagePreprocessing.of(config.imageSize(), CROP_PCT, Normalisation.IMAGENET);
  }

  private static boolean keepsFp32(String name) {
    return name.contains("norm")
        || name.endsWith("relative_position_bias_table")
        || SwinReader.isHead(name);
  }

  @Override
  public boolean hasPreset(String preset) {
    return SwinPresets.isSwin(preset);
  }

  @Override
  public List<String> presets() {
    return SwinPresets.usual();
  }

  /** timm's values: normal with deviation 0.02, cut at two deviations; norms 1, biases 0. */
  @Override
  public Backbone initial(String preset, Options options, long seed) {
    return made(
        preset, options, BackboneKit.Values.initial(preset, seed, SwinFamily::initialValue));
  }

  @Override
  public Backbone blank(String preset, Options options) {
    return made(preset, options, BackboneKit.Values.BLANK);
  }

  private static SwinTransformer made(String preset, Options options, BackboneKit.Values values) {
    requireNothingElse(options);
    SwinConfig named = SwinPresets.config(preset);
    SwinConfig config =
        new SwinConfig(
            BackboneKit.askedSize(options).orElse(named.imageSize()),
            named.patch(),
            named.stages(),
            named.qkvBias(),
            named.eps());
    BackboneKit.Described described = BackboneKit.described(usual(config), options);
    BackboneInfo info =
        new BackboneInfo(preset, "initial", values.fingerprint(), described.source());
    NamedTensors tensors =
        BackboneKit.made(SwinReader.shapes(config), values.of(), SwinFamily::keepsFp32, options);
    return built(tensors, config, info, described.preprocessing(), options);
  }

  private static Tensor initialValue(Rng rng, String name, long[] shape) {
    if (name.contains("norm") && name.endsWith("weight")) {
      return Init.constant(1, shape);
    }
    return name.endsWith("bias") ? Init.zeros(shape) : Init.truncatedNormal(rng, 0.02, shape);
  }
}
