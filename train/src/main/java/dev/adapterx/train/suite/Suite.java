package dev.adapterx.train.suite;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A published benchmark: tasks with their recipes, the data they need, and what papers report. */
public final class Suite {
  /** Options of a suite's tasks besides the profile. */
  public enum Option {
    /** The splits for choosing hyper-parameters instead of those of the final training. */
    TUNING,
    /**
     * The {@code method.scale} published for each task. Only for methods that have such a setting.
     */
    PUBLISHED_SCALES
  }

  private final String name;
  private final String about;
  private final List<Profile> profiles;
  private final List<DataSource> sources;
  private final List<Published> published;
  private final List<TaskForm> forms;

  Suite(
      String name,
      String about,
      List<Profile> profiles,
      List<DataSource> sources,
      List<Published> published,
      List<TaskForm> forms) {
    this.name = name;
    this.about = about;
    this.profiles = List.copyOf(profiles);
    this.sources = List.copyOf(sources);
    this.published = List.copyOf(published);
    this.forms = List.copyOf(forms);
  }

  /** For example {@code vtab-1k}. */
  public String name() {
    return name;
  }

  /** A description, with its paper. */
  public String about() {
    return about;
  }

  /** The profiles for training on it, the default first. */
  public List<Profile> profiles() {
    return profiles;
  }

  /** The sources of the data. */
  public List<DataSource> sources() {
    return sources;
  }

  /** Rows of papers' tables. */
  public List<Published> published() {
    return published;
  }

  List<TaskForm> forms() {
    return forms;
  }

  /** The tasks without a data folder or a profile: names, groups, splits, classes, samples. */
  public List<SuiteTask> tasks() {
    return forms.stream().map(f -> task(f, f.training(), f.test(), List.of())).toList();
  }

  /**
   * The tasks as changes to a recipe that names backbone and method.
   *
   * <p>The profile {@code none}, which every suite has, changes the data alone.
   *
   * @param root the folder of the data sets' folders
   * @param profile by name
   * @throws ConfigException when there is no such profile, or the suite does not support an option
   */
  public List<SuiteTask> tasks(Path root, String profile, Option... options) {
    Profile found = profile(profile);
    List<Option> asked = Arrays.asList(options);
    return forms.stream().map(form -> task(form, root, found, asked)).toList();
  }

  /**
   * A profile.
   *
   * @throws ConfigException with the nearest name when there is none of this name
   */
  public Profile profile(String wanted) {
    List<Profile> all = Stream.concat(profiles.stream(), Stream.of(Profile.NONE)).toList();
    List<String> known = all.stream().map(Profile::name).toList();
    return all.stream()
        .filter(p -> p.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "%s has no profile '%s'; there: %s%s"
                        .formatted(
                            name, wanted, String.join(", ", known), Names.hint(wanted, known))));
  }

  /** The published rows of a method; may be empty. */
  public List<Published> published(String method) {
    return published.stream().filter(row -> row.method().equals(method)).toList();
  }

  /** The rows to compare with results on some of the tasks: a mean is given only for all tasks. */
  public List<Published> published(List<SuiteTask> tasks) {
    return tasks.size() == forms.size()
        ? published
        : published.stream().map(Published::withoutMean).toList();
  }

  /** Both kinds of means of a published row; empty if single values are not known. */
  public Optional<Averages> averages(Published row) {
    return Averages.of(tasks(), row.accuracies());
  }

  /** Checks which of the data are below a folder. */
  public SuiteReport check(Path root) {
    return new SuiteCheck(this, root).report(forms);
  }

  /** Checks which of these tasks' data are below a folder. */
  public SuiteReport check(Path root, List<SuiteTask> tasks) {
    Set<String> names = tasks.stream().map(SuiteTask::name).collect(Collectors.toSet());
    return new SuiteCheck(this, root)
        .report(forms.stream().filter(form -> names.contains(form.name())).toList());
  }

  private SuiteTask task(TaskForm form, Path root, Profile profile, List<Option> asked) {
    String train = form.training();
    String test = form.test();
    if (asked.contains(Option.TUNING)) {
      if (form.tuningTraining() == null || form.tuningTest() == null) {
        throw new ConfigException(
            "%s has no split to choose hyper-parameters on: it has training and test alone. Give data.hold-out=0.1 to hold a part of the training split out"
                .formatted(name));
      }
      train = form.tuningTraining();
      test = form.tuningTest();
    }
    Path folder = form.place().folder(root.toAbsolutePath().normalize());
    List<String> overrides = new ArrayList<>();
    // Quoted as JSON, which is valid YAML: a folder's name may contain anything.
    overrides.add("data.path=" + Settings.json().writeValueAsString(folder.toString()));
    overrides.add("data.train=" + train);
    overrides.add("data.test=" + test);
    overrides.addAll(form.data());
    overrides.addAll(profile.of(form.place().name()));
    if (asked.contains(Option.PUBLISHED_SCALES)) {
      overrides.add("method.scale=" + scale(form));
    }
    return task(form, train, test, overrides);
  }

  private static SuiteTask task(TaskForm form, String train, String test, List<String> overrides) {
    DataPlace place = form.place();
    return new SuiteTask(
        form.name(),
        form.group(),
        train,
        test,
        overrides,
        place.classes(),
        place.samples(),
        form.scale());
  }

  private double scale(TaskForm form) {
    if (form.scale() == null) {
      throw new ConfigException(
          "%s has no published scales of adapters; vtab-1k has".formatted(name));
    }
    return form.scale();
  }
}
