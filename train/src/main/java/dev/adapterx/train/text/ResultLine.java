package dev.adapterx.train.text;

import dev.adapterx.base.ConfigException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The line for quoting a result: method, data, seeds, mean ± sample standard deviation at the last
 * epoch and at the best one, the split the best was chosen on, normalisation, augmentation and
 * trainable parameters.
 *
 * @param score what is measured, {@code accuracy}
 * @param method as named by the user, {@code adapterx}
 * @param dataset as named by the user, {@code cifar100}
 * @param split the evaluation split, {@code test}
 * @param lastEpoch number of epochs trained
 * @param chosenOn the split the best epoch was chosen on, absent if there was none; choosing on
 *     {@code split} itself is optimistic, and the line states this
 * @param normalisation name of the preset, or mean and std as text
 * @param augmentation name of the preset, {@code none} if there was none
 */
public record ResultLine(
    String score,
    String method,
    String dataset,
    String split,
    int lastEpoch,
    @Nullable String chosenOn,
    List<Seed> seeds,
    String normalisation,
    String augmentation,
    Trainable trainable) {

  /**
   * One run.
   *
   * @param last the score after the last epoch, 0 … 1
   * @param best the score at {@code bestEpoch}, 0 … 1
   */
  public record Seed(long seed, double last, double best, int bestEpoch) {}

  /**
   * Trainable parameters.
   *
   * @param count of the tuner, with the head if {@code withHead}
   * @param backbone parameters of the backbone without head, the base of the percentage
   */
  public record Trainable(long count, long backbone, boolean withHead) {
    /** In per cent of the backbone. */
    public double percent() {
      return 100.0 * count / backbone;
    }

    String text() {
      return Figures.whole(count)
          + " trainable parameters ("
          + Figures.significant(percent(), 3)
          + " % of the backbone, head "
          + (withHead ? "counted" : "not counted")
          + ")";
    }
  }

  public ResultLine {
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty()) {
      throw new ConfigException("A result needs at least one seed, found none: run with seeds ≥ 1");
    }
  }

  /** The line, without an end of line. */
  public String text() {
    return method
        + " on "
        + dataset
        + " ("
        + split
        + "), "
        + (seeds.size() == 1 ? "1 seed" : seeds.size() + " seeds")
        + " ("
        + listed(Seed::seed)
        + "): "
        + score
        + " "
        + spread(Seed::last)
        + " at the last epoch ("
        + lastEpoch
        + "), "
        + best()
        + "; normalisation "
        + normalisation
        + "; augmentation "
        + augmentation
        + "; "
        + trainable.text();
  }

  private String best() {
    return chosenOn == null
        ? "best epoch not chosen (no validation split)"
        : spread(Seed::best)
            + " at the best epoch ("
            + listed(Seed::bestEpoch)
            + "; chosen on "
            + (chosenOn.equals(split) ? "this same part, so optimistic" : chosenOn)
            + ")";
  }

  private String spread(Function<Seed, Double> accuracy) {
    var over = Statistics.of(seeds.stream().map(accuracy).map(a -> 100 * a).toList());
    return over.n() == 1
        ? Figures.fixed(over.mean(), 2) + " %"
        : Figures.fixed(over.mean(), 2) + " ± " + Figures.fixed(over.std(), 2) + " %";
  }

  private String listed(Function<Seed, ? extends Number> number) {
    return seeds.stream().map(number).map(String::valueOf).collect(Collectors.joining(", "));
  }
}
