package dev.adapterx.model;

import dev.adapterx.base.ConfigException;
import dev.adapterx.nn.Gelu;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a vision transformer.
 *
 * @param imageSize S the position embedding was made for
 * @param patch p
 * @param width D
 * @param depth L
 * @param heads H
 * @param mlpRatio hidden width of the MLP over D
 * @param qkvBias whether q, k, v have a bias
 * @param layerScale whether branches are scaled per channel
 * @param distilled whether a distillation token follows CLS (DeiT)
 * @param registers register tokens after CLS (DINOv2)
 * @param pooling how tokens become one feature
 * @param eps of every LayerNorm
 * @param preNorm whether a norm stands before the first block; the patches then have no bias (CLIP)
 * @param gelu of every MLP
 * @param theta θ of {@link dev.adapterx.nn.Rotation rotary positions}, which stand in place of
 *     embedded ones (DINOv3); absent: positions are embedded
 */
public record ViTConfig(
    int imageSize,
    int patch,
    int width,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    boolean layerScale,
    boolean distilled,
    int registers,
    Pooling pooling,
    double eps,
    boolean preNorm,
    Gelu gelu,
    @Nullable Double theta) {
  /**
   * With embedded positions, without a norm before the blocks, with the exact GELU: all but CLIP
   * and DINOv3.
   */
  public ViTConfig(
      int imageSize,
      int patch,
      int width,
      int depth,
      int heads,
      double mlpRatio,
      boolean qkvBias,
      boolean layerScale,
      boolean distilled,
      int registers,
      Pooling pooling,
      double eps) {
    this(
        imageSize,
        patch,
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        distilled,
        registers,
        pooling,
        eps,
        false,
        Gelu.EXACT,
        null);
  }

  /** What the head sees. */
  public enum Pooling {
    /** The class token after the final norm; with a distillation token the mean of both. */
    CLS,
    /** The mean of the patch tokens, normalised by {@code fc_norm} if the weights have one. */
    AVG
  }

  public ViTConfig {
    require(
        imageSize > 0 && patch > 0 && imageSize % patch == 0,
        "image size " + imageSize + " must be a multiple of the patch size " + patch);
    require(
        width > 0 && heads > 0 && width % heads == 0,
        "width " + width + " must be a multiple of the number of heads " + heads);
    require(depth > 0, "depth must be at least 1, found " + depth);
    require(mlpRatio > 0, "mlp ratio must be positive, found " + mlpRatio);
    require(registers >= 0, "registers must not be negative, found " + registers);
    require(
        theta == null || width / heads % 4 == 0,
        "rotary positions need heads whose width is a multiple of 4, found " + width / heads);
    require(
        theta == null || (theta > 0 && Double.isFinite(theta)),
        "rope_theta must be a positive number, found " + theta);
  }

  /** A plain ViT: qkv bias, CLS pooling, eps 1e-6. */
  public static ViTConfig plain(int imageSize, int patch, int width, int depth, int heads) {
    return new ViTConfig(
        imageSize, patch, width, depth, heads, 4, true, false, false, 0, Pooling.CLS, 1e-6);
  }

  /** DINOv3's: four registers, layer scale, eps 1e-5 and rotary positions with θ = 100. */
  public static ViTConfig dinov3(int imageSize, int patch, int width, int depth, int heads) {
    return new ViTConfig(
        imageSize,
        patch,
        width,
        depth,
        heads,
        4,
        true,
        true,
        false,
        4,
        Pooling.CLS,
        1e-5,
        false,
        Gelu.EXACT,
        100.0);
  }

  /** Patches along a side. */
  public int grid() {
    return imageSize / patch;
  }

  /** Width of the MLP's hidden layer. */
  public int hidden() {
    return (int) Math.round(width * mlpRatio);
  }

  /** Tokens before the patches. */
  public int prefixTokens() {
    return 1 + (distilled ? 1 : 0) + registers;
  }

  /** This for another input size. */
  public ViTConfig withImageSize(int size) {
    return new ViTConfig(
        size,
        patch,
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        distilled,
        registers,
        pooling,
        eps,
        preNorm,
        gelu,
        theta);
  }

  /** This with another pooling. */
  public ViTConfig withPooling(Pooling other) {
    return new ViTConfig(
        imageSize,
        patch,
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        layerScale,
        distilled,
        registers,
        other,
        eps,
        preNorm,
        gelu,
        theta);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new ConfigException("Vision transformer: " + message);
    }
  }
}
