package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.nn.PointHead;
import dev.adapterx.weights.StoredTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Recognises a point transformer's shape from its tensors' names and shapes, and checks that it is
 * complete.
 */
final class PointReader {
  private final StoredShapes stored;

  /** Tensors under Point-MAE's names; {@code where} names their file in messages. */
  PointReader(Map<String, StoredTensor> tensors, String where) {
    this.stored = new StoredShapes(tensors, where);
  }

  /** The shape; heads, eps and when positions are added do not follow from tensors. */
  PointConfig config(
      OptionalInt heads, OptionalDouble eps, PointConfig.Positions positions, boolean classToken) {
    int width = (int) stored.of("pos_embed.2.weight", 2)[0];
    try {
      return new PointConfig(
          width,
          stored.depth("blocks.blocks."),
          heads.orElseGet(() -> stored.guessedHeads(width, 0)),
          (double) stored.of("blocks.blocks.0.mlp.fc1.weight", 2)[0] / width,
          stored.has("blocks.blocks.0.attn.qkv.bias"),
          (int) stored.of("encoder.first_conv.0.weight", 3)[0],
          (int) stored.of("encoder.second_conv.3.weight", 3)[0],
          (int) stored.of("pos_embed.0.weight", 2)[0],
          positions,
          eps.orElse(1e-5),
          classToken);
    } catch (ConfigException e) {
      throw new CheckpointException(stored.where() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Compares the tensors with those of a shape. Class token and its position may be missing:
   * pre-training has none.
   *
   * @throws CheckpointException listing what is missing, unexpected or of another shape
   */
  void require(PointConfig config) {
    stored.require(
        shapes(config),
        "a point transformer of width " + config.width() + ", depth " + config.depth(),
        PointReader::isMadeAtFineTuning,
        name -> isHead(name) || isMadeAtFineTuning(name));
  }

  /** Whether files of pre-training have no such tensor. */
  static boolean isMadeAtFineTuning(String name) {
    return name.equals("cls_token") || name.equals("cls_pos");
  }

  static boolean isHead(String name) {
    return name.startsWith(PointHead.NAME + ".");
  }

  /** Every tensor of a shape, head excluded. */
  static Map<String, long[]> shapes(PointConfig p) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    long d = p.width();
    long c = p.encoder();
    if (p.classToken()) {
      shapes.put("cls_token", new long[] {1, 1, d});
      shapes.put("cls_pos", new long[] {1, 1, d});
    }
    conv("encoder.first_conv.0", 3, c, shapes);
    batchNorm("encoder.first_conv.1", c, shapes);
    conv("encoder.first_conv.3", c, 2 * c, shapes);
    conv("encoder.second_conv.0", 4 * c, 4 * c, shapes);
    batchNorm("encoder.second_conv.1", 4 * c, shapes);
    conv("encoder.second_conv.3", 4 * c, p.encoderOut(), shapes);
    if (p.encoderOut() != d) {
      StoredShapes.linear("reduce_dim", p.encoderOut(), d, shapes);
    }
    StoredShapes.linear("pos_embed.0", 3, p.positionHidden(), shapes);
    StoredShapes.linear("pos_embed.2", p.positionHidden(), d, shapes);
    blocks("blocks.blocks.", p, shapes);
    StoredShapes.norm("norm", d, shapes);
    return shapes;
  }

  /** The blocks of a shape below a place. */
  static void blocks(String place, PointConfig p, Map<String, long[]> shapes) {
    long d = p.width();
    for (int i = 0; i < p.depth(); i++) {
      String b = place + i + ".";
      StoredShapes.norm(b + "norm1", d, shapes);
      shapes.put(b + "attn.qkv.weight", new long[] {3 * d, d});
      if (p.qkvBias()) {
        shapes.put(b + "attn.qkv.bias", new long[] {3 * d});
      }
      StoredShapes.linear(b + "attn.proj", d, d, shapes);
      StoredShapes.norm(b + "norm2", d, shapes);
      StoredShapes.linear(b + "mlp.fc1", d, p.hidden(), shapes);
      StoredShapes.linear(b + "mlp.fc2", p.hidden(), d, shapes);
    }
  }

  private static void batchNorm(String place, long width, Map<String, long[]> shapes) {
    StoredShapes.norm(place, width, shapes);
    shapes.put(place + ".running_mean", new long[] {width});
    shapes.put(place + ".running_var", new long[] {width});
  }

  private static void conv(String place, long in, long out, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {out, in, 1});
    shapes.put(place + ".bias", new long[] {out});
  }
}
