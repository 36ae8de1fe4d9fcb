package dev.adapterx.cli.arguments;

import dev.adapterx.base.Settings;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.recipe.MethodTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The methods that ship, counted once on the usual backbones ({@code methods-PRESET.json}, which a
 * test compares with a new count): counting needs libtorch and every method's initial values, which
 * takes seconds. Methods that are not recorded, such as those of other jars, are counted.
 */
public final class RecordedMethods {
  private RecordedMethods() {}

  /** As {@link MethodTable#of(String)}. */
  public static MethodTable of(String preset) {
    Map<String, MethodTable.Row> rows = new LinkedHashMap<>();
    recorded(preset).forEach(row -> rows.put(row.entry(), row));
    List<String> missing = new ArrayList<>(Methods.entries());
    missing.removeAll(rows.keySet());
    if (!missing.isEmpty()) {
      MethodTable.of(preset, missing).rows().forEach(row -> rows.put(row.entry(), row));
    }
    return new MethodTable(preset, Methods.entries().stream().map(rows::get).toList());
  }

  private static List<MethodTable.Row> recorded(String preset) {
    if (!preset.matches("\\w+")) {
      return List.of();
    }
    try (InputStream in = RecordedMethods.class.getResourceAsStream(file(preset))) {
      return in == null ? List.of() : Settings.json().readValue(in, MethodTable.class).rows();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The resource beside this class. */
  public static String file(String preset) {
    return "methods-" + preset + ".json";
  }
}
