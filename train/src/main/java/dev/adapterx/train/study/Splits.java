package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.recipe.DataRecipe;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is trained on and what is judged by.
 *
 * @param validation absent: a share of {@code train} is held out
 */
public record Splits(String train, @Nullable String validation, double holdOut) {
  /**
   * As asked for, else as the recipe has them: {@code data.train} with {@code data.val} or {@code
   * data.hold-out}.
   *
   * @throws ConfigException when there is nothing to judge by, or it is the test split
   */
  public static Splits of(DataRecipe data, @Nullable String train, @Nullable String validation) {
    String judged = validation != null ? validation : data.val();
    boolean held = judged == null && data.holdOut() > 0;
    if (judged == null && !held) {
      throw new ConfigException(
          "data.val: expected a validation split to choose by, found none; settings are never"
              + " chosen on the test split. Name the splits, in the VTAB-1k layout --train"
              + " train800 --validation val200, or hold a part of the training split out with"
              + " data.hold-out=0.2");
    }
    String trained = train != null ? train : data.train();
    if (judged != null && judged.equals(data.test())) {
      throw new ConfigException(
          "The validation split '"
              + judged
              + "' is the recipe's test split: expected another, as what is chosen on the test"
              + " split cannot be measured on it. Set --validation, or data.val and data.test");
    }
    if (trained.equals(judged)) {
      throw new ConfigException(
          "The validation split '"
              + judged
              + "' is what is trained on: expected another; set --train and --validation");
    }
    if (trained.equals(data.test())) {
      throw new ConfigException(
          "The training split '" + trained + "' is the recipe's test split: set --train");
    }
    return new Splits(trained, judged, held ? data.holdOut() : 0);
  }

  /** The validation split is measured once, at the end, where others have their test split. */
  List<String> overrides() {
    return validation == null
        ? List.of("data.train='" + train + "'", "data.test=null")
        : List.of(
            "data.train='" + train + "'",
            "data.val=null",
            "data.hold-out=0",
            "data.test='" + validation + "'");
  }

  /** In words. */
  String text() {
    return validation == null
        ? String.format(Locale.ROOT, "the %.0f %% held out of '%s'", 100 * holdOut, train)
        : "'" + validation + "', trained on '" + train + "'";
  }
}
