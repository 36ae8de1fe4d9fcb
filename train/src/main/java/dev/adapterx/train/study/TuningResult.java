package dev.adapterx.train.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a search has found so far.
 *
 * @param trials of all methods, in order
 */
public record TuningResult(
    List<String> variants, List<Trial> trials, Splits splits, long seed, int budget) {
  private static final Predicate<String> NUMBER =
      Pattern.compile("-?\\d+(\\.\\d+)?").asMatchPredicate();

  public TuningResult {
    variants = List.copyOf(variants);
    trials = List.copyOf(trials);
  }

  /** A method's trials. */
  public List<Trial> of(String variant) {
    return trials.stream().filter(t -> t.variant().equals(variant)).toList();
  }

  /**
   * The best of a method once all its trials are done: by its score, then the smaller learning
   * rate, then fewer parameters, then the earlier trial.
   */
  public Optional<Trial> winner(String variant) {
    boolean open =
        of(variant).stream().anyMatch(t -> t.outcome().state() == Outcome.State.UNFINISHED);
    return open
        ? Optional.empty()
        : of(variant).stream()
            .filter(t -> Double.isFinite(t.measured()))
            .min(
                Comparator.comparingDouble((Trial t) -> -t.measured())
                    .thenComparingDouble(Trial::rate)
                    .thenComparingLong(Trial::parameters)
                    .thenComparingInt(Trial::number));
  }

  /**
   * Settings of a method's winner that are the smallest or the largest of three or more numbers
   * tried: {@code train.lr=0.05}. There a better one may lie beyond.
   */
  public List<String> edges(String variant) {
    List<String> edges = new ArrayList<>();
    winner(variant)
        .ifPresent(
            best ->
                best.settings()
                    .forEach(
                        (key, value) -> {
                          double[] tried =
                              of(variant).stream()
                                  .map(trial -> trial.settings().getOrDefault(key, ""))
                                  .filter(NUMBER)
                                  .mapToDouble(Double::parseDouble)
                                  .distinct()
                                  .sorted()
                                  .toArray();
                          if (tried.length >= 3 && NUMBER.test(value)) {
                            double own = Double.parseDouble(value);
                            if (own == tried[0] || own == tried[tried.length - 1]) {
                              edges.add(key + "=" + value);
                            }
                          }
                        }));
    return edges;
  }

  /** What is measured: {@code accuracy}, {@code mIoU}. */
  String score() {
    return RunSummary.score(trials.stream().map(Trial::outcome));
  }

  /** Runs that other processes work on. */
  public List<StudyRun> unfinished() {
    return trials.stream()
        .map(Trial::outcome)
        .filter(o -> o.state() == Outcome.State.UNFINISHED)
        .map(Outcome::run)
        .toList();
  }

  /** Trials that cannot be finished, with their reasons. */
  public List<Outcome> failed() {
    return trials.stream()
        .map(Trial::outcome)
        .filter(o -> o.state() == Outcome.State.FAILED)
        .toList();
  }

  /** All keys that were varied, in the order they first appear. */
  List<String> keys() {
    return trials.stream().flatMap(t -> t.settings().keySet().stream()).distinct().toList();
  }

  /** Whether all trials of a method failed. */
  public boolean isHopeless(String variant) {
    return of(variant).stream().allMatch(t -> t.outcome().state() == Outcome.State.FAILED);
  }
}
