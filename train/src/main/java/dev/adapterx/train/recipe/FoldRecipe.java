package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.set.FewShot;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A few-shot fold to draw from a labelled split, written {@code WAYxSHOT/FOLD} or {@code
 * WAYxSHOTxQUERY/FOLD}: {@code 5x10/3}. The protocol tests on 20 further clouds of each class and
 * reports mean and deviation over folds 0 to 9. Folds do not depend on the recipe's seed, so that
 * all methods see the same.
 */
public record FoldRecipe(int way, int shot, int query, int fold) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,6})x(\\d{1,6})(?:x(\\d{1,6}))?/(\\d{1,6})");
  private static final int QUERY = 20;
  private static final long SEED = 0;

  public FoldRecipe {
    if (way < 2 || shot < 1) {
      throw new ConfigException(
          "data.few-shot: expected at least 2 classes and 1 cloud of each, found "
              + way
              + " and "
              + shot);
    }
  }

  /** Of a recipe's text, if it has this form; names of published folds do not. */
  public static Optional<FoldRecipe> of(@Nullable String text) {
    Matcher m = FORM.matcher(text == null ? "" : text);
    return m.matches()
        ? Optional.of(
            new FoldRecipe(
                number(m, 1),
                number(m, 2),
                m.group(3) == null ? QUERY : number(m, 3),
                number(m, 4)))
        : Optional.empty();
  }

  private static int number(Matcher m, int group) {
    return Integer.parseInt(m.group(group));
  }

  public FewShot.Fold draw(Dataset<PointCloud> data) {
    return FewShot.of(data, way, shot, query, fold, SEED);
  }

  @Override
  public String toString() {
    return "fold " + fold + " of " + way + "-way " + shot + "-shot, " + query + " queries a class";
  }
}
