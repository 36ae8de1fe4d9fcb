package dev.adapterx.model;

import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.Backbones.PointOptions;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import org.jspecify.annotations.Nullable;

/**
 * Sets options of a backbone: {@code
 * Options.builder().inputSize(384).precision(Precision.FP32).build()}. Options that are not set
 * follow the file.
 */
public final class OptionsBuilder {
  private @Nullable Integer inputSize;
  private @Nullable Normalisation normalisation;
  private @Nullable Double cropPct;
  private ImagePreprocessing.@Nullable Crop crop;
  private @Nullable Integer heads;
  private ViTConfig.@Nullable Pooling pooling;
  private Precision precision = Precision.AUTO;
  private PointOptions points = PointOptions.NONE;
  private Device device = Device.AUTO;
  private @Nullable String prefix;
  private @Nullable Preprocessing preprocessing;

  OptionsBuilder() {}

  OptionsBuilder(Options from) {
    inputSize = from.inputSize();
    normalisation = from.normalisation();
    cropPct = from.cropPct();
    crop = from.crop();
    heads = from.heads();
    pooling = from.pooling();
    precision = from.precision();
    points = from.points();
    device = from.device();
    prefix = from.prefix();
    preprocessing = from.preprocessing();
  }

  /** Input size in pixels; another one than the weights' resizes the position embedding. */
  public OptionsBuilder inputSize(@Nullable Integer pixels) {
    inputSize = pixels;
    return this;
  }

  /** Mean and standard deviation of images; scale of point clouds. */
  public OptionsBuilder normalisation(@Nullable Normalisation other) {
    normalisation = other;
    return this;
  }

  /** Input size over the resized shorter side. */
  public OptionsBuilder cropPct(@Nullable Double share) {
    cropPct = share;
    return this;
  }

  /** How a picture becomes a square. */
  public OptionsBuilder crop(ImagePreprocessing.@Nullable Crop way) {
    crop = way;
    return this;
  }

  /** Number of attention heads, which does not follow from tensor shapes. */
  public OptionsBuilder heads(@Nullable Integer number) {
    heads = number;
    return this;
  }

  /** The pooling before the head. */
  public OptionsBuilder pooling(ViTConfig.@Nullable Pooling other) {
    pooling = other;
    return this;
  }

  /** Precision of the frozen matrices. */
  public OptionsBuilder precision(Precision other) {
    precision = other;
    return this;
  }

  /** Options of point transformers. */
  public OptionsBuilder points(PointOptions other) {
    points = other;
    return this;
  }

  /** The device to compute on. */
  public OptionsBuilder device(Device other) {
    device = other;
    return this;
  }

  /** Prefix of the tensors to load: {@code state_dict.}, {@code teacher.backbone.}. */
  public OptionsBuilder prefix(@Nullable String names) {
    prefix = names;
    return this;
  }

  /** The exact preprocessing; overrides the file and all other options. */
  public OptionsBuilder preprocessing(@Nullable Preprocessing exactly) {
    preprocessing = exactly;
    return this;
  }

  /** The options. */
  public Options build() {
    return new Options(
        inputSize,
        normalisation,
        cropPct,
        crop,
        heads,
        pooling,
        precision,
        points,
        device,
        prefix,
        preprocessing);
  }
}
