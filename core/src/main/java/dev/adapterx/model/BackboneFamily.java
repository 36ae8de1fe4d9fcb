package dev.adapterx.model;

import dev.adapterx.model.Backbones.Options;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.WeightFile;
import java.util.List;

/**
 * A family of backbones: how weights of its kind are known and read. Besides the library's own a
 * family is found through {@link java.util.ServiceLoader}: a jar on the class path whose {@code
 * META-INF/services/dev.adapterx.model.BackboneFamily} names a public class with a constructor
 * without arguments adds one. What all families do alike is in {@link BackboneKit}.
 */
public interface BackboneFamily {
  /** The name it goes by in messages: {@code swin}. */
  String name();

  /** Whether the tensors of a file are named as those of this family. */
  boolean recognises(WeightFile file);

  /**
   * Reads a backbone.
   *
   * @throws dev.adapterx.base.CheckpointException when anything is missing, unexpected or of the
   *     wrong shape; nothing is loaded by halves
   */
  Backbone load(WeightFile file, FoundModel model, Options options);

  /** Whether a preset of this name is this family's to make. */
  default boolean hasPreset(String preset) {
    return false;
  }

  /** Names of the usual presets, for messages. */
  default List<String> presets() {
    return List.of();
  }

  /**
   * A backbone with initial values; only asked for where {@link #hasPreset} says so.
   *
   * @param seed names every value
   * @throws dev.adapterx.base.ConfigException when the name says no shape, with the nearest that
   *     does
   */
  default Backbone initial(String preset, Options options, long seed) {
    throw new UnsupportedOperationException(name() + " has no presets");
  }

  /** A backbone with uninitialised values, for counting; as {@link #initial}. */
  default Backbone blank(String preset, Options options) {
    throw new UnsupportedOperationException(name() + " has no presets");
  }
}
