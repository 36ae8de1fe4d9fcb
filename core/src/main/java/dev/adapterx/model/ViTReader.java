package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a vision transformer's shape from its tensors' names and shapes, and checks that all
 * of it is there.
 */
final class ViTReader {
  /** What rotary positions are read for where no config says a size: their grid is any. */
  private static final int USUAL_SIZE = 224;

  private final StoredShapes stored;

  /** Tensors under timm's names. */
  ViTReader(StoredShapes stored) {
    this.stored = stored;
  }

  /** The shape; heads, pooling and the settings of the config do not follow from tensors. */
  ViTConfig config(OptionalInt heads, SidecarTower tower, ViTConfig.@Nullable Pooling pooling) {
    long[] patch = stored.of("patch_embed.proj.weight", 4);
    int width = (int) patch[0];
    if (!stored.has("cls_token")) {
      throw new CheckpointException(
          stored.where()
              + ": there is no cls_token; vision transformers without a class token are not supported");
    }
    boolean distilled = stored.has("dist_token");
    int registers = stored.has("reg_token") ? (int) stored.of("reg_token", 3)[1] : 0;
    ViTConfig.Pooling found =
        stored.has("fc_norm.weight") ? ViTConfig.Pooling.AVG : ViTConfig.Pooling.CLS;
    try {
      return new ViTConfig(
          imageSize(distilled, registers, (int) patch[3], tower),
          (int) patch[3],
          width,
          stored.depth("blocks."),
          heads.orElseGet(() -> stored.guessedHeads(width, Presets.headsOf(width))),
          (double) stored.of("blocks.0.mlp.fc1.weight", 2)[0] / width,
          stored.has("blocks.0.attn.qkv.bias"),
          stored.has("blocks.0.ls1.gamma"),
          distilled,
          registers,
          pooling == null ? found : pooling,
          tower.eps(),
          hasPreNorm(),
          tower.gelu(),
          hasPositions() ? null : tower.theta());
    } catch (ConfigException e) {
      throw new CheckpointException(stored.where() + ": " + e.getMessage(), e);
    }
  }

  /** Whether a norm stands before the blocks. */
  boolean hasPreNorm() {
    return stored.has("norm_pre.weight");
  }

  private boolean hasPositions() {
    return stored.has("pos_embed");
  }

  private int imageSize(boolean distilled, int registers, int patch, SidecarTower tower) {
    return hasPositions() || tower.theta() == null
        ? grid(distilled, registers) * patch
        : tower.imageSize().orElse(USUAL_SIZE) / patch * patch;
  }

  /**
   * Patches along a side: the position embedding covers all tokens, the patches and CLS, or the
   * patches.
   */
  private int grid(boolean distilled, int registers) {
    long positions = stored.of("pos_embed", 3)[1];
    for (long prefix : new long[] {1 + (distilled ? 1 : 0) + registers, 1, 0}) {
      long side = Math.round(Math.sqrt((double) (positions - prefix)));
      if (side > 0 && side * side == positions - prefix) {
        return (int) side;
      }
    }
    throw new CheckpointException(
        stored.where() + ": pos_embed covers " + positions + " positions, which is no square grid");
  }

  /**
   * Compares what is there with what a shape needs.
   *
   * @throws CheckpointException listing what is missing, unexpected or of another shape
   */
  void require(ViTConfig config) {
    String finalNorm = stored.has("fc_norm.weight") ? "fc_norm" : "norm";
    stored.require(
        shapes(config, hasPositions() ? positions() : 0, finalNorm),
        "a vision transformer of width " + config.width() + ", depth " + config.depth(),
        name -> false,
        ViTReader::isHead);
  }

  private long positions() {
    return stored.of("pos_embed", 3)[1];
  }

  static boolean isHead(String name) {
    return name.startsWith("head.") || name.startsWith("head_dist.");
  }

  /**
   * Every tensor of a shape, head excluded, in timm's order.
   *
   * @param positions that are embedded; 0 with rotary positions
   */
  static Map<String, long[]> shapes(ViTConfig c, long positions, String finalNorm) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    long d = c.width();
    long hidden = c.hidden();
    shapes.put("cls_token", new long[] {1, 1, d});
    if (c.distilled()) {
      shapes.put("dist_token", new long[] {1, 1, d});
    }
    if (c.registers() > 0) {
      shapes.put("reg_token", new long[] {1, c.registers(), d});
    }
    if (c.theta() == null) {
      shapes.put("pos_embed", new long[] {1, positions, d});
    }
    shapes.put("patch_embed.proj.weight", new long[] {d, 3, c.patch(), c.patch()});
    if (c.preNorm()) {
      StoredShapes.norm("norm_pre", d, shapes);
    } else {
      shapes.put("patch_embed.proj.bias", new long[] {d});
    }
    for (int i = 0; i < c.depth(); i++) {
      String b = "blocks." + i + ".";
      StoredShapes.norm(b + "norm1", d, shapes);
      shapes.put(b + "attn.qkv.weight", new long[] {3 * d, d});
      if (c.qkvBias()) {
        shapes.put(b + "attn.qkv.bias", new long[] {3 * d});
      }
      StoredShapes.linear(b + "attn.proj", d, d, shapes);
      if (c.layerScale()) {
        shapes.put(b + "ls1.gamma", new long[] {d});
      }
      StoredShapes.norm(b + "norm2", d, shapes);
      StoredShapes.linear(b + "mlp.fc1", d, hidden, shapes);
      StoredShapes.linear(b + "mlp.fc2", hidden, d, shapes);
      if (c.layerScale()) {
        shapes.put(b + "ls2.gamma", new long[] {d});
      }
    }
    StoredShapes.norm(finalNorm, d, shapes);
    return shapes;
  }
}
