package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.train.study.Task;
import dev.adapterx.train.suite.Suite;
import dev.adapterx.train.suite.Suite.Option;
import dev.adapterx.train.suite.SuiteTask;
import dev.adapterx.train.suite.Suites;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A published benchmark as the tasks of a study. */
public final class SuiteArguments {
  @picocli.CommandLine.Option(
      names = "--suite",
      paramLabel = "NAME",
      description =
          "A published benchmark as tasks, with what papers report beside (adapterx suites lists"
              + " them). Its profile wins over the recipe and over recipes of methods.")
  @Nullable String name;

  @picocli.CommandLine.Option(
      names = "--root",
      paramLabel = "FOLDER",
      description = "With --suite: the folder that holds the data sets' folders.")
  @Nullable Path root;

  @picocli.CommandLine.Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "With --suite: whose way to train; by default the suite's first; none: the recipe's.")
  @Nullable String profile;

  @picocli.CommandLine.Option(
      names = "--published-scales",
      description =
          "With --suite: methods with a scale take the one published for the task, not theirs.")
  boolean scales;

  public boolean given() {
    return name != null;
  }

  /**
   * Checks the options together.
   *
   * @throws ConfigException when options of suites are given without a suite
   */
  public void requireSense() {
    if (name == null && (root != null || profile != null || scales)) {
      throw new ConfigException(
          "--root, --profile and --published-scales: expected --suite NAME with them");
    }
    if (name != null && root == null) {
      throw new ConfigException(
          "--suite: expected --root FOLDER with it, the folder of its data sets; adapterx suites "
              + name
              + " says what belongs there");
    }
  }

  /**
   * The suite's tasks, or those named.
   *
   * @param wanted names of tasks or groups; empty: all
   * @throws ConfigException for an unknown name
   * @throws dev.adapterx.base.DataException listing the missing data
   */
  public Chosen chosen(List<String> wanted) {
    Suite suite = Suites.named(String.valueOf(name));
    Path folder = Path.of(String.valueOf(root));
    String way = profile == null ? suite.profiles().get(0).name() : profile;
    Option[] options = scales ? new Option[] {Option.PUBLISHED_SCALES} : new Option[0];
    // Checked here so that a suite without published scales is refused.
    suite.tasks(folder, way, options);
    List<SuiteTask> tasks = named(suite, suite.tasks(folder, way), wanted);
    suite.check(folder, tasks).require();
    return new Chosen(suite, tasks, scales);
  }

  private static List<SuiteTask> named(Suite suite, List<SuiteTask> all, List<String> wanted) {
    if (wanted.isEmpty()) {
      return all;
    }
    Set<SuiteTask> found = new LinkedHashSet<>();
    for (String one : wanted) {
      List<SuiteTask> of =
          all.stream().filter(t -> one.equals(t.name()) || one.equals(t.group())).toList();
      if (of.isEmpty()) {
        List<String> known =
            all.stream()
                .flatMap(t -> Stream.ofNullable(t.group()))
                .distinct()
                .collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
        all.forEach(t -> known.add(t.name()));
        throw new ConfigException(
            "--tasks: %s has no task or group '%s'; there: %s%s"
                .formatted(suite.name(), one, Names.some(known), Names.hint(one, known)));
      }
      found.addAll(of);
    }
    return List.copyOf(found);
  }

  /** Tasks of a suite whose data exist. */
  public record Chosen(Suite suite, List<SuiteTask> suiteTasks, boolean scaled) {
    public List<Task> tasks() {
      return suiteTasks.stream().map(task -> Task.of(task, scaled)).toList();
    }

    /** Placeholder data for reading a recipe without data. */
    public String somePath() {
      return suiteTasks.get(0).overrides().stream()
          .filter(o -> o.startsWith("data.path="))
          .findFirst()
          .orElseThrow();
    }
  }
}
