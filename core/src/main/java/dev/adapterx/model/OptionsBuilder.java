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
 * Says about a backbone what its file does not: {@code
 * Options.builder().inputSize(384).precision(Precision.FP32).build()}. What is not called stays as
 * the file says.
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

  /** Pixels; other than the weights' own resizes the position embedding. */
  public OptionsBuilder inputSize(@Nullable Integer pixels) {
    inputSize = pixels;
    return this;
  }

  /** Means and deviations of the input; of point clouds their scale. */
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

  /** Attention heads, which no tensor's shape tells. */
  public OptionsBuilder heads(@Nullable Integer number) {
    heads = number;
    return this;
  }

  /** What the head sees. */
  public OptionsBuilder pooling(ViTConfig.@Nullable Pooling other) {
    pooling = other;
    return this;
  }

  /** Of the frozen matrices. */
  public OptionsBuilder precision(Precision other) {
    precision = other;
    return this;
  }

  /** What only point transformers have. */
  public OptionsBuilder points(PointOptions other) {
    points = other;
    return this;
  }

  /** Where it is computed with. */
  public OptionsBuilder device(Device other) {
    device = other;
    return this;
  }

  /** What of the weight file is taken: {@code state_dict.}, {@code teacher.backbone.}. */
  public OptionsBuilder prefix(@Nullable String names) {
    prefix = names;
    return this;
  }

  /** Exactly how input is prepared, whatever is said else. */
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
