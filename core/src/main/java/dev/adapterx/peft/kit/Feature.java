package dev.adapterx.peft.kit;

import dev.adapterx.model.tokens.Pooling;
import java.util.List;

/** Summaries of the last block's tokens that can be combined into the feature a head sees. */
public enum Feature {
  /** The class token. */
  CLS,
  /** The mean over the prompts. */
  PROMPTS,
  /** The maximum over the patches. */
  PATCHES;

  /** The pooling of tokens after the final norm into these summaries, concatenated. */
  public static Pooling pooling(List<Feature> features) {
    return new Pooling(features.stream().map(Feature::part).toList(), false);
  }

  private Pooling.Part part() {
    return switch (this) {
      case CLS -> Pooling.Part.CLS;
      case PROMPTS -> Pooling.Part.EXTRA_MEAN;
      case PATCHES -> Pooling.Part.PATCH_MAX;
    };
  }
}
