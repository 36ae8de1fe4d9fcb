package dev.adapterx.peft;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import java.util.Map;

/**
 * A parameter-efficient method's configuration: an immutable record, validated at birth, with the
 * paper's defaults. Its record components are the keys a recipe may set.
 */
public interface PeftMethod {
  /** The name recipes and adapter files know it by, for example {@code adapter-x}. */
  @JsonIgnore
  String name();

  /** The name people know it by. */
  @JsonIgnore
  String title();

  /**
   * Named starting points of the settings besides the defaults, in the order they are listed: a
   * recipe's {@code method: {name: houlsby, preset: noah}}.
   */
  @JsonIgnore
  default Map<String, ? extends PeftMethod> presets() {
    return Map.of();
  }

  /**
   * What a backbone must have for this method with these settings, each with what of the method
   * needs it, as a message says it: {@code "prompts: false does without"}. Seen to before {@link
   * #attach} is called.
   */
  @JsonIgnore
  default Map<Capability, String> needs() {
    return Map.of();
  }

  /**
   * Makes the trainable tensors for a backbone that has what this {@link #needs}. The same stream
   * gives the same bytes.
   *
   * @throws dev.adapterx.base.ConfigException when the settings do not fit the backbone's sizes
   */
  Tuner attach(Backbone backbone, Rng rng);
}
