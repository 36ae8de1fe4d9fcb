package dev.adapterx.nn;

/** The linear layers of a block that a tuner can wrap. */
public enum LinearSite {
  QKV("attn.qkv"),
  PROJ("attn.proj"),
  FC1("mlp.fc1"),
  FC2("mlp.fc2");

  private final String path;

  LinearSite(String path) {
    this.path = path;
  }

  /** Its name below its block, as timm has it: {@code attn.qkv}. */
  public String path() {
    return path;
  }

  /** This layer of a block. */
  public Linear of(Block block) {
    return switch (this) {
      case QKV -> block.attn().qkv();
      case PROJ -> block.attn().proj();
      case FC1 -> block.mlp().fc1();
      case FC2 -> block.mlp().fc2();
    };
  }
}
