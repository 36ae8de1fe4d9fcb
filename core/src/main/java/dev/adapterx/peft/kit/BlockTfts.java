package dev.adapterx.peft.kit;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;

/**
 * The {@link Tfts} behind both norms and all four linear layers of one block. Trainable: 2·(2D + 3D
 * + D + 4D + D) = 22D for an MLP of 4D.
 */
public record BlockTfts(Tfts norm1, Tfts qkv, Tfts proj, Tfts norm2, Tfts fc1, Tfts fc2) {
  public static BlockTfts initial(Block block, String place, Parameters parameters) {
    long width = block.norm1().weight().numel();
    return new BlockTfts(
        Tfts.initial(width, place + ".norm1", parameters),
        behind(block.attn().qkv(), place + ".qkv", parameters),
        behind(block.attn().proj(), place + ".proj", parameters),
        Tfts.initial(width, place + ".norm2", parameters),
        behind(block.mlp().fc1(), place + ".fc1", parameters),
        behind(block.mlp().fc2(), place + ".fc2", parameters));
  }

  private static Tfts behind(Linear linear, String place, Parameters parameters) {
    return Tfts.initial(linear.weight().size(0), place, parameters);
  }

  public Tfts at(NormSite site) {
    return switch (site) {
      case NORM1 -> norm1;
      case NORM2 -> norm2;
    };
  }

  public Tfts at(LinearSite site) {
    return switch (site) {
      case QKV -> qkv;
      case PROJ -> proj;
      case FC1 -> fc1;
      case FC2 -> fc2;
    };
  }
}
