package dev.adapterx.cli;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.FetchBar;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.PublicSetText;
import dev.adapterx.cli.output.UnpackBar;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.data.fetch.DataFetch;
import dev.adapterx.data.fetch.FetchWatcher;
import dev.adapterx.data.fetch.Fetched;
import dev.adapterx.data.fetch.GivenFiles;
import dev.adapterx.data.fetch.Origin;
import dev.adapterx.data.fetch.PublicSet;
import dev.adapterx.data.fetch.PublicSets;
import dev.adapterx.train.text.Table;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches public data sets by name. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Fetches public data sets by name, checks and unpacks them, and lays them out as training"
          + " wants them. Without a name: the sets that are known.",
      "",
      "Where a licence asks for a form, or no address is left, it says what to do by hand and goes on"
          + " with the archive you give it. An interrupted download goes on where it stopped; what"
          + " is there is not fetched again, and what is not of its making never touched. The exit"
          + " code is 2 when the counts differ from the published ones."
    },
    footer = {
      "",
      "Variables: HTTPS_PROXY as usual; HF_TOKEN is given to the Hugging Face hub alone;"
          + " HF_HUB_OFFLINE=1 asks no network.",
      "",
      "Examples:",
      "  adapterx data fetch",
      "  adapterx data fetch few-shot/oxford-pets --to data",
      "  adapterx data fetch scanobjectnn --dry-run",
      "  adapterx data fetch scanobjectnn --from h5_files.zip",
      "  adapterx data check data/few-shot/oxford_pets"
    })
final class DataFetchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Of a set or of a suite, as the list without a name has them.")
  List<String> names = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      defaultValue = "data",
      description =
          "Of all data; each set gets a folder in it, grouped by suite (default:"
              + " ${DEFAULT-VALUE}).")
  Path root;

  @Option(
      names = "--from",
      paramLabel = "PATH",
      description = "Archives that you have downloaded, or folders with them; may be repeated.")
  List<Path> from = new ArrayList<>();

  @Option(
      names = "--unverified",
      description = "Take an archive of --from though its hash is not the published one.")
  boolean unverified;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  boolean dry;

  @Option(names = "--markdown", description = "Print the list as tables for documents.")
  boolean markdown;

  @Option(names = "--json", description = "Print JSON: a list.")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (markdown && (json || !names.isEmpty())) {
      throw new ConfigException("--markdown prints the list of all sets, as a table alone");
    }
    if (names.isEmpty() && !from.isEmpty()) {
      throw new ConfigException(
          "--from needs the name of the set that the archive belongs to, for example: adapterx data"
              + " fetch scanobjectnn --from h5_files.zip");
    }
    if (names.isEmpty() || dry) {
      out.print(list(names.isEmpty() ? PublicSets.all() : sets()));
      return Session.DONE;
    }
    return fetch(sets(), out);
  }

  private List<PublicSet> sets() {
    Set<PublicSet> sets = new LinkedHashSet<>();
    names.forEach(name -> sets.addAll(PublicSets.named(name)));
    return List.copyOf(sets);
  }

  private String list(List<PublicSet> sets) {
    DataFetch places = new DataFetch(root, FetchWatcher.NONE);
    if (json) {
      return Json.text(
              sets.stream().map(set -> PublicSetText.json(set, places.folder(set))).toList())
          + System.lineSeparator();
    }
    if (names.isEmpty()) {
      return markdown ? PublicSetText.markdown(sets) : PublicSetText.table(sets);
    }
    StringBuilder text = new StringBuilder();
    for (PublicSet set : sets) {
      Path folder = places.folder(set);
      text.append(PublicSetText.plan(set, root, folder, Files.exists(folder)));
    }
    return text.toString();
  }

  /** A failure does not stop the others. */
  private int fetch(List<PublicSet> sets, PrintWriter out) {
    List<Fetched> fetched = new ArrayList<>();
    int failed = 0;
    for (PublicSet set : sets) {
      try (UnpackBar bar = new UnpackBar(spec)) {
        fetched.add(new DataFetch(root, bar).fetch(set, new GivenFiles(from, unverified)));
      } catch (AdapterXException e) {
        if (sets.size() == 1) {
          throw e;
        }
        failed++;
        spec.commandLine().getErr().println("adapterx: " + e.getMessage());
      }
    }
    if (json) {
      out.print(Json.text(fetched.stream().map(DataFetchCommand::json).toList()));
      out.print(System.lineSeparator());
    } else {
      fetched.forEach(set -> out.print(text(set)));
    }
    boolean differs = fetched.stream().anyMatch(set -> !set.differences().isEmpty());
    return failed > 0 || differs ? Session.USERS : Session.DONE;
  }

  private static String text(Fetched set) {
    String end = System.lineSeparator();
    StringBuilder text = new StringBuilder(set.name());
    text.append(set.wasThere() ? ": was there, " : ": ").append(set.folder()).append(end);
    Table table = new Table("archive", "size", "sha256", "checked by");
    for (Origin origin : set.origins()) {
      table.row(origin.file(), FetchBar.size(origin.size()), origin.sha256(), origin.trust());
    }
    text.append(table.text());
    if (set.differences().isEmpty()) {
      text.append("as many samples as published; decoded by: adapterx data check ");
      return text.append(set.folder()).append(end).toString();
    }
    text.append("differs from what is published:").append(end);
    set.differences().forEach(difference -> text.append("  ").append(difference).append(end));
    return text.toString();
  }

  private static Map<String, Object> json(Fetched set) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", set.name());
    json.put("folder", set.folder().toString());
    json.put("was_there", set.wasThere());
    json.put("archives", set.origins());
    json.put("differences", set.differences());
    return json;
  }
}
