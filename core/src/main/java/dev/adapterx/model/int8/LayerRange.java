package dev.adapterx.model.int8;

/**
 * What one linear layer of a block was given while calibrating.
 *
 * @param layer {@code blocks.7.mlp.fc2}
 * @param least the smallest value
 * @param largest the largest value
 * @param usual of all sizes the 99.99 % quantile
 */
public record LayerRange(String layer, float least, float largest, float usual) {
  /** A layer stays as it is where its largest input is more than so many times the usual one. */
  public static final double OUTLIERS = 4;

  /** The largest size of an input over the usual one. */
  public double ratio() {
    return usual == 0 ? 1 : Math.max(-least, largest) / (double) usual;
  }

  /**
   * Whether few inputs are so much larger than all others that eight bits leave the others too few
   * levels: then the layer stays in fp32 or bf16.
   */
  public boolean hasOutliers() {
    return ratio() > OUTLIERS;
  }
}
