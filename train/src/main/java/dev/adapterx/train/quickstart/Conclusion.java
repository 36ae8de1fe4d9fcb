package dev.adapterx.train.quickstart;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.PairedDifference;
import dev.adapterx.task.Scores;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.text.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a quickstart found, in sentences: whether Adapter-X or full fine-tuning is ahead as far as
 * the test can tell, and what each of them costs. Nothing is said of methods that were not in it.
 */
record Conclusion(QuickTask task, List<RunResult> results) {
  Conclusion {
    results = List.copyOf(results);
  }

  /** Whether the difference can be told, and the costs; empty without full fine-tuning. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    of(FullFineTuning.class)
        .ifPresent(
            full -> {
              of(AdapterX.class)
                  .ifPresent(
                      ours -> {
                        sentences.add(ahead(ours, full, "full fine-tuning"));
                        of(LinearProbe.class)
                            .filter(probe -> probe.last() != null)
                            .ifPresent(p -> sentences.add(ahead(ours, p, "the linear probe")));
                      });
              sentences.add(costs());
            });
    return sentences;
  }

  private Optional<RunResult> of(Class<?> method) {
    return IntStream.range(0, results.size())
        .filter(i -> method.isInstance(task.entries().get(i).method()))
        .mapToObj(results::get)
        .findFirst();
  }

  /**
   * Of Adapter-X and another.
   *
   * @param name of the other, within a sentence
   */
  private String ahead(RunResult ours, RunResult against, String name) {
    Evaluation mine = ours.last();
    Evaluation other = against.last();
    if (mine == null || other == null) {
      double points = score(ours) - score(against);
      return "%s is %s points %s %s; with one seed and a small test, a few points say nothing."
          .formatted(
              ours.method(),
              Figures.fixed(Math.abs(points), 1),
              points < 0 ? "below" : "above",
              name);
    }
    PairedDifference difference = PairedDifference.of(mine, other);
    double points = 100 * difference.share();
    String apart =
        "%s ± %s points on the same %s %s."
            .formatted(
                Figures.fixed(Math.abs(points), 1),
                Figures.fixed(100 * difference.standardError(), 1),
                Figures.whole(mine.predictions().size()),
                task.noun());
    if (!difference.clear()) {
      return "This test cannot tell %s and %s apart: %s".formatted(ours.method(), name, apart);
    }
    String first = points > 0 ? ours.method() : capital(name);
    String second = points > 0 ? name : ours.method();
    return "%s is ahead of %s by %s".formatted(first, second, apart);
  }

  private static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static double score(RunResult run) {
    Scores last = run.lastScores();
    if (last == null) {
      throw new IllegalStateException("a quickstart has a test split");
    }
    return last.primary().value();
  }

  /** The file to keep for each task, and the time to train it. */
  private String costs() {
    return "A task costs: "
        + results.stream()
            .map(
                r ->
                    r.method()
                        + " "
                        + bytes(size(new RunFolder(r.folder()).adapter()))
                        + " and "
                        + Figures.fixed(r.secondsPerEpoch() * task.epochs(), 0)
                        + " s")
            .collect(Collectors.joining(", "))
        + ".";
  }

  private static String bytes(long size) {
    return size < 1_000_000
        ? Figures.fixed(size / 1e3, 0) + " kB"
        : Figures.fixed(size / 1e6, 1) + " MB";
  }

  private static long size(Path folder) {
    try (var files = Files.list(folder)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be read: " + Reason.of(e), e);
    }
  }
}
