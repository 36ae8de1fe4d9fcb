package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import dev.adapterx.base.SmallFile;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The result of a run in one line of JSON, small enough to be put under version control, so that
 * another machine goes on with a study instead of repeating it: the recipe without folders, the
 * figures tables are made of, and where they come from.
 *
 * @param recipe with names where the run had paths
 * @param summary of a finished run
 * @param failure why the run cannot be finished; exactly one of the two is there
 * @param origin facts of the run's provenance: checksums of weights and data, machine, day
 */
record RunRecord(
    String task,
    @Nullable String group,
    String variant,
    Recipe recipe,
    @Nullable RunSummary summary,
    @Nullable String failure,
    Map<String, String> origin) {
  private static final String VERSION = "record";

  /** What provenance says without naming folders of a machine. */
  private static final List<String> FACTS =
      List.of(
          "backbone",
          "precision",
          "device",
          "fingerprint train",
          "fingerprint val",
          "fingerprint test",
          "machine",
          "java",
          "started");

  RunRecord {
    recipe = portable(recipe);
    origin = new LinkedHashMap<>(origin);
  }

  /** Of a run that is finished. */
  static RunRecord finished(StudyRun run, RecordPlace place) {
    RunSummary summary = RunSummary.read(run.folder());
    Map<String, String> origin = new LinkedHashMap<>();
    JsonNode facts = json(run.folder().summary()).path("provenance");
    FACTS.stream().filter(facts::has).forEach(key -> origin.put(key, facts.path(key).asString("")));
    return new RunRecord(
        place.task(), place.group(), place.variant(), run.recipe(), summary, null, origin);
  }

  /** Of a run that cannot be finished. */
  static RunRecord failed(StudyRun run, RecordPlace place, String reason) {
    return new RunRecord(
        place.task(), place.group(), place.variant(), run.recipe(), null, reason, Map.of());
  }

  /**
   * A recipe with the names of files instead of where they lie, and without what is of no weight.
   */
  private static Recipe portable(Recipe recipe) {
    ObjectNode tree = recipe.tree();
    for (String section : List.of("backbone", "data")) {
      JsonNode path = tree.path(section).path("path");
      if (path.isString() && Path.of(path.asString()).isAbsolute()) {
        Path name = Path.of(path.asString()).getFileName();
        ((ObjectNode) tree.get(section)).put("path", String.valueOf(name));
      }
    }
    ((ObjectNode) tree.get("data")).remove("text-cache");
    SharedRuns.IMMATERIAL.forEach(
        key -> {
          String[] parts = key.split("\\.", -1);
          ((ObjectNode) tree.get(parts[0])).remove(parts[1]);
        });
    return Recipe.read(tree.toString(), List.of(), "recipe");
  }

  /**
   * @throws ConfigException unless this is of what is asked for
   */
  void requireOf(StudyRun run, Path file) {
    JsonNode wanted = portable(run.recipe()).tree();
    JsonNode found = recipe.tree();
    String differing = SharedRuns.difference("", wanted, found);
    if (differing != null) {
      throw new ConfigException(
          file
              + ": "
              + differing
              + ": the recorded run had "
              + SharedRuns.at(found, differing)
              + ", now asked for is "
              + SharedRuns.at(wanted, differing)
              + ". Ask for what was recorded, choose another --record, or delete the file to have"
              + " the run trained anew");
    }
  }

  /**
   * Runs of one study are of the same weights and data.
   *
   * @throws ConfigException when another record's file of the same name had another content
   */
  void requireSameOrigin(RunRecord other, Path file) {
    // A preset is of random values, another for each seed.
    String weights = recipe.backbone().path();
    if (weights != null && weights.equals(other.recipe.backbone().path())) {
      requireSameFact("backbone", other, file);
    }
    DataRecipe own = recipe.data();
    DataRecipe others = other.recipe.data();
    boolean drawn = own.holdOut() > 0 || own.fewShot() != null || isComputed(own);
    if (!drawn && Objects.equals(own.path(), others.path())) {
      if (own.train().equals(others.train()) && others.holdOut() == 0) {
        requireSameFact("fingerprint train", other, file);
      }
      if (Objects.equals(own.test(), others.test()) && others.fewShot() == null) {
        requireSameFact("fingerprint test", other, file);
      }
    }
  }

  private static boolean isComputed(DataRecipe data) {
    return data.path() != null && DataRecipe.isComputed(data.path());
  }

  private void requireSameFact(String key, RunRecord other, Path file) {
    String own = origin.get(key);
    String others = other.origin.get(key);
    if (own != null && others != null && !own.equals(others)) {
      throw new ConfigException(
          file
              + ": "
              + key
              + ": other runs recorded there have '"
              + others
              + "', this run has '"
              + own
              + "': files of the same name differ in content, so the results are not comparable."
              + " Use the files of the recorded runs, or another --record");
    }
  }

  /** Writes the line. */
  void write(Path file) {
    ObjectNode json = Settings.json().createObjectNode();
    json.put(VERSION, 1);
    json.put("task", task);
    json.put("group", group);
    json.put("variant", variant);
    if (summary != null) {
      json.set("result", summary.json());
    } else {
      json.put("failure", failure);
    }
    json.set("recipe", recipe.tree());
    ObjectNode facts = json.putObject("origin");
    origin.forEach(facts::put);
    WholeFile.write(file, json + "\n");
  }

  /** Whether a file is a record, by how it begins. */
  static boolean isOne(Path file) {
    byte[] begin = ("{\"" + VERSION + "\":").getBytes(StandardCharsets.US_ASCII);
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(begin.length), begin);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  /**
   * Reads the line.
   *
   * @throws DataException when it is damaged
   */
  static RunRecord read(Path file) {
    JsonNode json = json(file);
    try {
      JsonNode result = json.path("result");
      Map<String, String> origin = new LinkedHashMap<>();
      json.path("origin")
          .properties()
          .forEach(e -> origin.put(e.getKey(), e.getValue().asString("")));
      if (json.path(VERSION).asInt(0) != 1
          || result.isObject() == json.path("failure").isString()) {
        throw new ConfigException("'record' is not 1, or 'result' or 'failure' is not there");
      }
      return new RunRecord(
          json.path("task").asString(""),
          json.path("group").asString(null),
          json.path("variant").asString(""),
          Recipe.read(json.path("recipe").toString(), List.of(), file.toString()),
          result.isObject() ? RunSummary.of(result) : null,
          json.path("failure").asString(null),
          origin);
    } catch (ConfigException e) {
      throw damaged(file, e);
    }
  }

  /** What the run came to. */
  Outcome outcome(StudyRun run) {
    return summary == null
        ? Outcome.failed(run, Objects.requireNonNullElse(failure, ""))
        : new Outcome(run, Outcome.State.FINISHED, summary, null);
  }

  /** As a run of a study whose folder is not here. */
  StudyRun run(Path file) {
    return new StudyRun(
        task + " " + variant + " seed " + recipe.seed(), recipe, new RunFolder(file));
  }

  private static JsonNode json(Path file) {
    try {
      return Settings.json().readTree(SmallFile.text(file));
    } catch (IOException | JacksonException e) {
      throw damaged(file, e);
    }
  }

  private static DataException damaged(Path file, Exception e) {
    return new DataException(
        file
            + " cannot be read as the record of a run ("
            + Reason.of(e).lines().findFirst().orElse("")
            + "). Restore it, or delete it to have the run trained again",
        e);
  }
}
