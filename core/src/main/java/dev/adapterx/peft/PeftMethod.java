package dev.adapterx.peft;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import java.util.Map;

/**
 * A parameter-efficient method's configuration: an immutable record, validated on construction,
 * with the paper's defaults. Its record components are the keys a recipe may set.
 */
public interface PeftMethod {
  /** Its name in recipes and adapter files, for example {@code adapter-x}. */
  @JsonIgnore
  String name();

  /** Its display name. */
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
   * What a backbone must have for this method with these settings, each with the part of the method
   * that needs it, worded for a message: {@code "prompts: false does without"}. Checked before
   * {@link #attach} is called.
   */
  @JsonIgnore
  default Map<Capability, String> needs() {
    return Map.of();
  }

  /**
   * Creates the trainable tensors for a backbone that meets {@link #needs}. The same stream gives
   * the same bytes.
   *
   * @throws dev.adapterx.base.ConfigException when the settings do not fit the backbone's sizes
   */
  Tuner attach(Backbone backbone, Rng rng);
}
