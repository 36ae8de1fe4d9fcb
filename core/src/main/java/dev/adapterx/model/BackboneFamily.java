package dev.adapterx.model;

import dev.adapterx.model.Backbones.Options;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.WeightFile;
import java.util.List;

/**
 * A family of backbones: recognises and reads weights of its kind. Further families are found
 * through {@link java.util.ServiceLoader}: a jar on the class path whose {@code
 * META-INF/services/dev.adapterx.model.BackboneFamily} names a public class with a constructor
 * without arguments adds one. {@link BackboneKit} holds the code that families share.
 */
public interface BackboneFamily {
  /** Its name in messages: {@code swin}. */
  String name();

  /** Whether the tensor names of a file are those of this family. */
  boolean recognises(WeightFile file);

  /**
   * Reads a backbone.
   *
   * @throws dev.adapterx.base.CheckpointException when anything is missing, unexpected or of the
   *     wrong shape; nothing is loaded partially
   */
  Backbone load(WeightFile file, FoundModel model, Options options);

  /** Whether this family has a preset of this name. */
  default boolean hasPreset(String preset) {
    return false;
  }

  /** Names of the usual presets, for messages. */
  default List<String> presets() {
    return List.of();
  }

  /**
   * A backbone with initial values; called only if {@link #hasPreset} is true.
   *
   * @param seed seed of all values
   * @throws dev.adapterx.base.ConfigException when the name is not that of a preset; names the
   *     nearest one
   */
  default Backbone initial(String preset, Options options, long seed) {
    throw new UnsupportedOperationException(name() + " has no presets");
  }

  /** A backbone with uninitialised values, for counting; as {@link #initial}. */
  default Backbone blank(String preset, Options options) {
    throw new UnsupportedOperationException(name() + " has no presets");
  }
}
