package dev.adapterx.train;

import dev.adapterx.base.Settings;
import dev.adapterx.tensor.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/** Values of timm and PyTorch, made by golden/schedule.py. */
public final class References {
  private References() {}

  public static JsonNode schedules() {
    try (InputStream in = References.class.getResourceAsStream("/golden/schedules.json")) {
      return Settings.json().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nested lists of numbers, row by row. */
  public static float[] floats(JsonNode node) {
    List<Float> leaves = new ArrayList<>();
    collect(node, leaves);
    float[] values = new float[leaves.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = leaves.get(i);
    }
    return values;
  }

  private static void collect(JsonNode node, List<Float> leaves) {
    if (node.isArray()) {
      node.forEach(inner -> collect(inner, leaves));
    } else {
      leaves.add((float) node.asDouble());
    }
  }

  public static Tensor tensor(JsonNode node) {
    return node.get(0).isArray()
        ? Tensors.of(floats(node), node.size(), node.get(0).size())
        : Tensors.of(floats(node), node.size());
  }
}
