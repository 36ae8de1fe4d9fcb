package dev.adapterx.train.recipe;

import dev.adapterx.base.Settings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The keys of a recipe as a user wrote them, in which those that are not there may be set: what is
 * said wins.
 */
public record UnsaidKeys(ObjectNode recipe) {
  /** The keys below a key, which is made if it is not there. */
  public ObjectNode section(String name) {
    return recipe.path(name) instanceof ObjectNode section ? section : recipe.putObject(name);
  }

  /**
   * Sets a key unless it is there.
   *
   * @param value as in YAML; null sets nothing
   */
  public void set(String section, String key, @Nullable Object value) {
    ObjectNode keys = section(section);
    if (value != null && !keys.has(key)) {
      keys.set(key, Settings.json().valueToTree(value));
    }
  }

  /**
   * Sets the side of the input in pixels, unless it is there or a preset has it.
   *
   * @param embedded of the backbone that ships with the library
   * @param other of any other
   * @param words for a note, with {@code %d} for the side
   * @return the words, if it was set; else empty
   */
  public String inputSize(int embedded, int other, String words) {
    ObjectNode backbone = section("backbone");
    if (backbone.has("input-size") || backbone.hasNonNull("preset")) {
      return "";
    }
    int side = backbone.path("path").asString("").equals("embedded") ? embedded : other;
    backbone.put("input-size", side);
    return words.formatted(side);
  }
}
