package dev.adapterx.peft;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.Preprocessing;
import java.util.Optional;

/**
 * Why an adapter does not belong on a backbone. Names no file.
 *
 * @param what differs, and what was expected and found
 * @param fix what to do about it
 * @param trained how the adapter's input was prepared in training
 * @param found how the backbone prepares it
 */
public record Unfit(String what, String fix, Preprocessing trained, Preprocessing found) {
  private static final int HEAD = 12;

  /** Compares what an adapter says of its backbone with one. */
  static Optional<Unfit> of(
      String backbone, String sha256, Preprocessing trained, Backbone frozen) {
    Preprocessing found = frozen.preprocessing();
    if (!frozen.info().sha256().equals(sha256)) {
      String what =
          "This adapter was trained on the backbone '%s' (sha256 %s…), found '%s' (sha256 %s…)"
              .formatted(
                  backbone, head(sha256), frozen.info().name(), head(frozen.info().sha256()));
      return Optional.of(
          new Unfit(what, "load it onto the backbone it was trained on", trained, found));
    }
    if (!found.equals(trained)) {
      String what =
          "This adapter was trained with %s, the backbone now prepares its input with %s"
              .formatted(trained, found);
      return Optional.of(
          new Unfit(
              what,
              "set backbone.input-size, normalisation, crop-pct and crop as they were",
              trained,
              found));
    }
    return Optional.empty();
  }

  private static String head(String sha256) {
    return sha256.substring(0, Math.min(HEAD, sha256.length()));
  }

  @Override
  public String toString() {
    return what + "; " + fix;
  }
}
