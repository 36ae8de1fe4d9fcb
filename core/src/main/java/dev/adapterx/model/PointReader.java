package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.nn.PointHead;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Recognises a point transformer's shape from its tensors' names and shapes, and checks that all of
 * it is there.
 */
final class PointReader {
  private final Map<String, StoredTensor> tensors;
  private final String where;

  /** Tensors under Point-MAE's names; {@code where} names their file in messages. */
  PointReader(Map<String, StoredTensor> tensors, String where) {
    this.tensors = tensors;
    this.where = where;
  }

  /** The shape; heads, eps and when positions are added are what tensors cannot tell. */
  PointConfig config(OptionalInt heads, OptionalDouble eps, PointConfig.Positions positions) {
    int width = (int) shape("pos_embed.2.weight", 2)[0];
    try {
      return new PointConfig(
          width,
          depth(),
          heads.orElseGet(() -> guessedHeads(width)),
          (double) shape("blocks.blocks.0.mlp.fc1.weight", 2)[0] / width,
          tensors.containsKey("blocks.blocks.0.attn.qkv.bias"),
          (int) shape("encoder.first_conv.0.weight", 3)[0],
          (int) shape("encoder.second_conv.3.weight", 3)[0],
          (int) shape("pos_embed.0.weight", 2)[0],
          positions,
          eps.orElse(1e-5));
    } catch (ConfigException e) {
      throw new CheckpointException(where + ": " + e.getMessage(), e);
    }
  }

  private int guessedHeads(int width) {
    if (width % 64 == 0) {
      return width / 64;
    }
    throw new CheckpointException(
        where
            + ": the number of attention heads cannot be told from a width of "
            + width
            + "; put the model's config.json beside the file or set backbone.heads");
  }

  private int depth() {
    int depth = 0;
    while (tensors.containsKey("blocks.blocks." + depth + ".norm1.weight")) {
      depth++;
    }
    if (depth == 0) {
      throw new CheckpointException(where + ": there is no blocks.blocks.0.norm1.weight");
    }
    return depth;
  }

  private long[] shape(String name, int dimensions) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          where + ": there is no tensor '" + name + "'" + Names.hint(name, tensors.keySet()));
    }
    if (tensor.shape().length != dimensions) {
      throw new CheckpointException(
          where + ": " + tensor + " should have " + dimensions + " dimensions");
    }
    return tensor.shape();
  }

  /**
   * Compares what is there with what a shape needs. Class token and its position may be missing:
   * pre-training has none.
   *
   * @throws CheckpointException listing what is missing, unexpected or of another shape
   */
  void require(PointConfig config) {
    Map<String, long[]> wanted = shapes(config);
    List<String> problems = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    wanted.forEach(
        (name, shape) -> {
          StoredTensor tensor = tensors.get(name);
          if (tensor == null && !isMadeAtFineTuning(name)) {
            missing.add(name);
          } else if (tensor != null && !Arrays.equals(tensor.shape(), shape)) {
            problems.add(
                name
                    + " has shape "
                    + Tensors.shape(tensor.shape())
                    + ", expected "
                    + Tensors.shape(shape));
          }
        });
    List<String> unexpected =
        tensors.keySet().stream()
            .filter(name -> !wanted.containsKey(name) && !isHead(name))
            .toList();
    if (!missing.isEmpty()) {
      problems.add(0, "missing " + Names.some(missing));
    }
    if (!unexpected.isEmpty()) {
      problems.add("unexpected " + Names.some(unexpected));
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          where
              + " does not fit a point transformer of width "
              + config.width()
              + ", depth "
              + config.depth()
              + ": "
              + String.join("; ", problems)
              + ". Nothing was loaded.");
    }
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
    shapes.put("cls_token", new long[] {1, 1, d});
    shapes.put("cls_pos", new long[] {1, 1, d});
    conv("encoder.first_conv.0", 3, c, shapes);
    batchNorm("encoder.first_conv.1", c, shapes);
    conv("encoder.first_conv.3", c, 2 * c, shapes);
    conv("encoder.second_conv.0", 4 * c, 4 * c, shapes);
    batchNorm("encoder.second_conv.1", 4 * c, shapes);
    conv("encoder.second_conv.3", 4 * c, p.encoderOut(), shapes);
    if (p.encoderOut() != d) {
      linear("reduce_dim", p.encoderOut(), d, shapes);
    }
    linear("pos_embed.0", 3, p.positionHidden(), shapes);
    linear("pos_embed.2", p.positionHidden(), d, shapes);
    blocks("blocks.blocks.", p, shapes);
    norm("norm", d, shapes);
    return shapes;
  }

  /** The blocks of a shape below a place. */
  static void blocks(String place, PointConfig p, Map<String, long[]> shapes) {
    long d = p.width();
    for (int i = 0; i < p.depth(); i++) {
      String b = place + i + ".";
      norm(b + "norm1", d, shapes);
      shapes.put(b + "attn.qkv.weight", new long[] {3 * d, d});
      if (p.qkvBias()) {
        shapes.put(b + "attn.qkv.bias", new long[] {3 * d});
      }
      linear(b + "attn.proj", d, d, shapes);
      norm(b + "norm2", d, shapes);
      linear(b + "mlp.fc1", d, p.hidden(), shapes);
      linear(b + "mlp.fc2", p.hidden(), d, shapes);
    }
  }

  static void norm(String place, long width, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {width});
    shapes.put(place + ".bias", new long[] {width});
  }

  private static void batchNorm(String place, long width, Map<String, long[]> shapes) {
    norm(place, width, shapes);
    shapes.put(place + ".running_mean", new long[] {width});
    shapes.put(place + ".running_var", new long[] {width});
  }

  static void linear(String place, long in, long out, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {out, in});
    shapes.put(place + ".bias", new long[] {out});
  }

  private static void conv(String place, long in, long out, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {out, in, 1});
    shapes.put(place + ".bias", new long[] {out});
  }
}
