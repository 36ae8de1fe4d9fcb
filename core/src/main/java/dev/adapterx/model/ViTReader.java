package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Recognises a vision transformer's shape from its tensors' names and shapes, and checks that all
 * of it is there.
 */
final class ViTReader {
  private final Map<String, StoredTensor> tensors;
  private final String where;

  /** Tensors under timm's names; {@code where} names their file in messages. */
  ViTReader(Map<String, StoredTensor> tensors, String where) {
    this.tensors = tensors;
    this.where = where;
  }

  /** The shape; heads, eps and pooling are what tensors cannot tell. */
  ViTConfig config(OptionalInt heads, OptionalDouble eps, ViTConfig.@Nullable Pooling pooling) {
    long[] patch = shape("patch_embed.proj.weight", 4);
    int width = (int) patch[0];
    if (!tensors.containsKey("cls_token")) {
      throw new CheckpointException(
          where
              + ": there is no cls_token; vision transformers without a class token are not supported");
    }
    boolean distilled = tensors.containsKey("dist_token");
    int registers = tensors.containsKey("reg_token") ? (int) shape("reg_token", 3)[1] : 0;
    ViTConfig.Pooling found =
        tensors.containsKey("fc_norm.weight") ? ViTConfig.Pooling.AVG : ViTConfig.Pooling.CLS;
    try {
      return new ViTConfig(
          grid(distilled, registers) * (int) patch[3],
          (int) patch[3],
          width,
          depth(),
          heads.orElseGet(() -> guessedHeads(width)),
          (double) shape("blocks.0.mlp.fc1.weight", 2)[0] / width,
          tensors.containsKey("blocks.0.attn.qkv.bias"),
          tensors.containsKey("blocks.0.ls1.gamma"),
          distilled,
          registers,
          pooling == null ? found : pooling,
          eps.orElse(1e-6));
    } catch (ConfigException e) {
      throw new CheckpointException(where + ": " + e.getMessage(), e);
    }
  }

  private int guessedHeads(int width) {
    int known = Presets.headsOf(width);
    if (known > 0) {
      return known;
    }
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
    while (tensors.containsKey("blocks." + depth + ".norm1.weight")) {
      depth++;
    }
    if (depth == 0) {
      throw new CheckpointException(
          where
              + ": there is no blocks.0.norm1.weight"
              + Names.hint("blocks.0.norm1.weight", tensors.keySet()));
    }
    return depth;
  }

  /**
   * Patches along a side: the position embedding covers all tokens, the patches and CLS, or the
   * patches.
   */
  private int grid(boolean distilled, int registers) {
    long positions = shape("pos_embed", 3)[1];
    for (long prefix : new long[] {1 + (distilled ? 1 : 0) + registers, 1, 0}) {
      long side = Math.round(Math.sqrt((double) (positions - prefix)));
      if (side > 0 && side * side == positions - prefix) {
        return (int) side;
      }
    }
    throw new CheckpointException(
        where + ": pos_embed covers " + positions + " positions, which is no square grid");
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
   * Compares what is there with what a shape needs.
   *
   * @throws CheckpointException listing what is missing, unexpected or of another shape
   */
  void require(ViTConfig config) {
    boolean behind = tensors.containsKey("fc_norm.weight");
    Map<String, long[]> wanted = shapes(config, positions(), behind ? "fc_norm" : "norm");
    List<String> problems = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    wanted.forEach(
        (name, shape) -> {
          StoredTensor tensor = tensors.get(name);
          if (tensor == null) {
            missing.add(name);
          } else if (!Arrays.equals(tensor.shape(), shape)) {
            problems.add(name + " has shape " + text(tensor.shape()) + ", expected " + text(shape));
          }
        });
    List<String> unexpected =
        tensors.keySet().stream()
            .filter(name -> !wanted.containsKey(name) && !isHead(name))
            .toList();
    if (!missing.isEmpty()) {
      problems.add(0, "missing " + Names.some(missing) + nearest(missing.get(0), unexpected));
    }
    if (!unexpected.isEmpty()) {
      problems.add("unexpected " + Names.some(unexpected));
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          where
              + " does not fit a vision transformer of width "
              + config.width()
              + ", depth "
              + config.depth()
              + ": "
              + String.join("; ", problems)
              + ". Nothing was loaded.");
    }
  }

  private static String nearest(String missing, Collection<String> unexpected) {
    return Names.nearest(missing, unexpected).map(n -> " (is it '" + n + "'?)").orElse("");
  }

  private long positions() {
    return shape("pos_embed", 3)[1];
  }

  static boolean isHead(String name) {
    return name.startsWith("head.") || name.startsWith("head_dist.");
  }

  /** Every tensor of a shape, head excluded, in timm's order. */
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
    shapes.put("pos_embed", new long[] {1, positions, d});
    shapes.put("patch_embed.proj.weight", new long[] {d, 3, c.patch(), c.patch()});
    shapes.put("patch_embed.proj.bias", new long[] {d});
    for (int i = 0; i < c.depth(); i++) {
      String b = "blocks." + i + ".";
      norm(b + "norm1", d, shapes);
      shapes.put(b + "attn.qkv.weight", new long[] {3 * d, d});
      if (c.qkvBias()) {
        shapes.put(b + "attn.qkv.bias", new long[] {3 * d});
      }
      linear(b + "attn.proj", d, d, shapes);
      if (c.layerScale()) {
        shapes.put(b + "ls1.gamma", new long[] {d});
      }
      norm(b + "norm2", d, shapes);
      linear(b + "mlp.fc1", d, hidden, shapes);
      linear(b + "mlp.fc2", hidden, d, shapes);
      if (c.layerScale()) {
        shapes.put(b + "ls2.gamma", new long[] {d});
      }
    }
    norm(finalNorm, d, shapes);
    return shapes;
  }

  private static void norm(String place, long width, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {width});
    shapes.put(place + ".bias", new long[] {width});
  }

  private static void linear(String place, long in, long out, Map<String, long[]> shapes) {
    shapes.put(place + ".weight", new long[] {out, in});
    shapes.put(place + ".bias", new long[] {out});
  }

  private static String text(long[] shape) {
    return Tensors.shape(shape);
  }
}
