package dev.adapterx.model.swin;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.model.StoredShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Recognises a Swin transformer's shape from its tensors' names and shapes, and checks that it is
 * complete. Heads and windows follow from the bias table, which has {@code (2w − 1)²} rows and a
 * column for each head.
 */
final class SwinReader {
  private static final String TABLE = ".attn.relative_position_bias_table";

  private final StoredShapes stored;

  SwinReader(StoredShapes stored) {
    this.stored = stored;
  }

  /**
   * The shape.
   *
   * @param imageSize absent: the size on whose last grid there is one window
   */
  SwinConfig config(OptionalInt imageSize, OptionalDouble eps) {
    int patch = (int) stored.of("patch_embed.proj.weight", 4)[3];
    List<SwinConfig.Stage> stages = new ArrayList<>();
    try {
      while (stages.isEmpty() || stored.has(block(stages.size(), 0) + ".norm1.weight")) {
        stages.add(stage(stages.size()));
      }
      int usual = (patch * stages.get(stages.size() - 1).window()) << (stages.size() - 1);
      return new SwinConfig(
          imageSize.orElse(usual),
          patch,
          stages,
          stored.has(block(0, 0) + ".attn.qkv.bias"),
          eps.orElse(SwinConfig.EPS));
    } catch (ConfigException e) {
      throw new CheckpointException(stored.where() + ": " + e.getMessage(), e);
    }
  }

  private SwinConfig.Stage stage(int number) {
    String first = block(number, 0);
    long[] table = stored.of(first + TABLE, 2);
    long side = Math.round(Math.sqrt((double) table[0]));
    if (side * side != table[0] || side % 2 == 0) {
      throw new CheckpointException(
          "%s: %s has %d rows, which is no square of an odd number; windows that are not square are not supported"
              .formatted(stored.where(), first + TABLE, table[0]));
    }
    long[] fc1 = stored.of(first + ".mlp.fc1.weight", 2);
    return new SwinConfig.Stage(
        (int) stored.of(first + ".norm1.weight", 1)[0],
        stored.depth("layers." + number + ".blocks."),
        (int) table[1],
        (int) (side + 1) / 2,
        (int) fc1[0]);
  }

  /**
   * Compares the tensors with those of a shape.
   *
   * @throws CheckpointException listing what is missing, unexpected or of another shape
   */
  void require(SwinConfig config) {
    stored.require(
        shapes(config),
        "a Swin transformer of "
            + config.stages().size()
            + " stages, width "
            + config.stages().get(0).width()
            + " to "
            + config.width(),
        name -> false,
        SwinReader::isHead);
  }

  static boolean isHead(String name) {
    return name.startsWith("head.fc.");
  }

  private static String block(int stage, int number) {
    return "layers." + stage + ".blocks." + number;
  }

  /** Every tensor of a shape, head excluded, in timm's order. */
  static Map<String, long[]> shapes(SwinConfig c) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    long before = c.stages().get(0).width();
    shapes.put("patch_embed.proj.weight", new long[] {before, 3, c.patch(), c.patch()});
    shapes.put("patch_embed.proj.bias", new long[] {before});
    StoredShapes.norm("patch_embed.norm", before, shapes);
    for (int i = 0; i < c.stages().size(); i++) {
      SwinConfig.Stage stage = c.stages().get(i);
      long d = stage.width();
      if (i > 0) {
        String merging = "layers." + i + ".downsample";
        StoredShapes.norm(merging + ".norm", 4 * before, shapes);
        shapes.put(merging + ".reduction.weight", new long[] {d, 4 * before});
      }
      for (int j = 0; j < stage.depth(); j++) {
        block(block(i, j), stage, c.qkvBias(), shapes);
      }
      before = d;
    }
    StoredShapes.norm("norm", before, shapes);
    return shapes;
  }

  private static void block(
      String place, SwinConfig.Stage stage, boolean qkvBias, Map<String, long[]> shapes) {
    long d = stage.width();
    long offsets = 2L * stage.window() - 1;
    StoredShapes.norm(place + ".norm1", d, shapes);
    shapes.put(place + TABLE, new long[] {offsets * offsets, stage.heads()});
    shapes.put(place + ".attn.qkv.weight", new long[] {3 * d, d});
    if (qkvBias) {
      shapes.put(place + ".attn.qkv.bias", new long[] {3 * d});
    }
    StoredShapes.linear(place + ".attn.proj", d, d, shapes);
    StoredShapes.norm(place + ".norm2", d, shapes);
    StoredShapes.linear(place + ".mlp.fc1", d, stage.hidden(), shapes);
    StoredShapes.linear(place + ".mlp.fc2", stage.hidden(), d, shapes);
  }
}
