package dev.adapterx.nn;

/** The norms of a block that a tuner can wrap. */
public enum NormSite {
  NORM1("norm1"),
  NORM2("norm2");

  private final String path;

  NormSite(String path) {
    this.path = path;
  }

  /** Its name below its block, as timm has it. */
  public String path() {
    return path;
  }

  /** This norm of a block. */
  public LayerNorm of(Block block) {
    return this == NORM1 ? block.norm1() : block.norm2();
  }
}
