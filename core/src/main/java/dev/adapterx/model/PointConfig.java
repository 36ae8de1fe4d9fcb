package dev.adapterx.model;

import dev.adapterx.base.ConfigException;

/**
 * The shape of a point transformer.
 *
 * @param width D
 * @param depth L
 * @param heads H
 * @param mlpRatio hidden width of the MLP over D
 * @param qkvBias whether q, k, v have a bias
 * @param encoder c, the width of the small PointNet's first layer
 * @param encoderOut width of its tokens; other than D where {@code reduce_dim} follows (Point-BERT)
 * @param positionHidden hidden width of the position MLP
 * @param positions when positions are added
 * @param eps of every LayerNorm
 * @param classToken whether a class token goes with the groups; pre-training has none, and dense
 *     tasks as published have none either
 */
public record PointConfig(
    int width,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    int encoder,
    int encoderOut,
    int positionHidden,
    Positions positions,
    double eps,
    boolean classToken) {
  /** When positions are added. */
  public enum Positions {
    /** Before each block again: Point-BERT, Point-MAE. */
    EVERY_BLOCK,
    /** Before the first block: DAPT. */
    ONCE
  }

  public PointConfig {
    require(
        width > 0 && heads > 0 && width % heads == 0,
        "width " + width + " must be a multiple of the number of heads " + heads);
    require(depth > 0, "depth must be at least 1, found " + depth);
    require(encoder > 0 && encoderOut > 0, "encoder width must be at least 1, found " + encoder);
    require(mlpRatio > 0, "mlp ratio must be positive, found " + mlpRatio);
  }

  /** Point-MAE's proportions. */
  public static PointConfig plain(int width, int depth, int heads, int encoder) {
    return new PointConfig(
        width, depth, heads, 4, false, encoder, width, 128, Positions.EVERY_BLOCK, 1e-5, true);
  }

  /** Width of the MLP's hidden layer. */
  public int hidden() {
    return (int) Math.round(width * mlpRatio);
  }

  /** This with positions added at another time. */
  public PointConfig with(Positions other) {
    return with(other, classToken);
  }

  /** This with a class token or without. */
  public PointConfig with(boolean token) {
    return with(positions, token);
  }

  private PointConfig with(Positions other, boolean token) {
    return new PointConfig(
        width,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        encoder,
        encoderOut,
        positionHidden,
        other,
        eps,
        token);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new ConfigException("Point transformer: " + message);
    }
  }
}
