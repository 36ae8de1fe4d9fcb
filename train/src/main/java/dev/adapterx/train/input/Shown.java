package dev.adapterx.train.input;

import dev.adapterx.task.Evaluation;
import dev.adapterx.train.report.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A sample that a report shows.
 *
 * @param index in its data set
 * @param label its class
 * @param answers what it was taken for
 */
public record Shown(int index, int label, List<Answer> answers) {
  /**
   * Samples for a report, and what they are of.
   *
   * @param words how many of the wrong and of the right ones they are
   */
  public record Choice(List<Shown> samples, String words) {}

  static Shown of(Evaluation.Prediction p, List<String> classes) {
    Answer answer = Answer.of(classes.get(p.predicted()), p.probability());
    return new Shown(p.index(), p.label(), List.of(answer));
  }

  /** Up to half of them wrong, as they teach more, then right ones; classes take turns. */
  public static Choice chosen(Evaluation of, List<String> classes, int most) {
    List<Evaluation.Prediction> all = of.predictions();
    List<Integer> wrong = new ArrayList<>();
    List<Integer> right = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      (isRight(all.get(i)) ? right : wrong).add(i);
    }
    List<Integer> shown = new ArrayList<>(inTurns(all, wrong, most / 2));
    int ofWrong = shown.size();
    shown.addAll(inTurns(all, right, most - ofWrong));
    String words =
        "Shown: %d of the %d wrong, %d of the %d right."
            .formatted(ofWrong, wrong.size(), shown.size() - ofWrong, right.size());
    return new Choice(shown.stream().map(i -> of(all.get(i), classes)).toList(), words);
  }

  /**
   * What several methods say of the same samples: first those that they disagree on, then some that
   * all get wrong, then some that all get right; classes take turns.
   *
   * @param methods names, in the order of the evaluations
   */
  public static Choice compared(
      List<String> methods, List<Evaluation> of, List<String> classes, int most) {
    List<Integer> split = new ArrayList<>();
    List<Integer> missed = new ArrayList<>();
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < of.get(0).predictions().size(); i++) {
      int at = i;
      long right = of.stream().filter(e -> isRight(e.predictions().get(at))).count();
      (right == 0 ? missed : right == of.size() ? found : split).add(i);
    }
    int few = most / 6;
    int ofFound = Math.min(found.size(), few);
    int ofSplit = Math.min(split.size(), most - ofFound - Math.min(missed.size(), few));
    int ofMissed = Math.min(missed.size(), most - ofSplit - ofFound);
    ofFound = Math.min(found.size(), most - ofSplit - ofMissed);
    List<Evaluation.Prediction> first = of.get(0).predictions();
    List<Integer> shown = new ArrayList<>(inTurns(first, split, ofSplit));
    shown.addAll(inTurns(first, missed, ofMissed));
    shown.addAll(inTurns(first, found, ofFound));
    String words =
        "Shown: %d of the %d that the methods disagree on, %d of the %d that all get wrong, %d of the %d that all get right."
            .formatted(ofSplit, split.size(), ofMissed, missed.size(), ofFound, found.size());
    return new Choice(shown.stream().map(i -> answered(i, methods, of, classes)).toList(), words);
  }

  private static Shown answered(
      int at, List<String> methods, List<Evaluation> of, List<String> classes) {
    List<Answer> answers = new ArrayList<>();
    for (int m = 0; m < methods.size(); m++) {
      Evaluation.Prediction own = of.get(m).predictions().get(at);
      answers.add(new Answer(methods.get(m), classes.get(own.predicted()), own.probability()));
    }
    Evaluation.Prediction any = of.get(0).predictions().get(at);
    return new Shown(any.index(), any.label(), answers);
  }

  private static boolean isRight(Evaluation.Prediction p) {
    return p.label() == p.predicted();
  }

  private static List<Integer> inTurns(
      List<Evaluation.Prediction> all, List<Integer> some, int most) {
    Map<Integer, Integer> seen = new HashMap<>();
    Map<Integer, List<Integer>> rounds = new TreeMap<>();
    for (int i : some) {
      int round = seen.merge(all.get(i).label(), 1, Integer::sum);
      rounds.computeIfAbsent(round, unused -> new ArrayList<>()).add(i);
    }
    return rounds.values().stream().flatMap(List::stream).limit(most).toList();
  }
}
