package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.FetchBar;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.hub.Hub;
import dev.adapterx.hub.HubFile;
import dev.adapterx.hub.HubName;
import dev.adapterx.train.text.Table;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.Models;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a model by name. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Fetches a model by its name on the Hugging Face hub, or a weight file by its address.",
      "",
      "Wherever a recipe takes a weight file it takes such a name, and fetches it when it is not"
          + " there; this command does it beforehand, for a machine without a network, or to see"
          + " that it can be had. Files are kept where Python's huggingface_hub keeps them; an"
          + " interrupted download goes on where it stopped."
    },
    footer = {
      "",
      "Variables: HF_HOME and HF_HUB_CACHE say where files are kept, HF_TOKEN opens gated models,"
          + " HF_ENDPOINT names a mirror, HF_HUB_OFFLINE=1 asks no network.",
      "",
      "Examples:",
      "  adapterx fetch timm/vit_base_patch16_224.augreg_in21k",
      "  adapterx fetch facebook/dinov2-small --revision main --json",
      "  adapterx fetch https://example.org/weights/vit.safetensors",
      "  adapterx train recipe.yaml backbone.path=facebook/dinov2-small"
    })
final class FetchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "org/name, org/name@revision, or an http(s) address.")
  String name;

  @Option(
      names = "--revision",
      paramLabel = "R",
      description = "A branch, tag or commit; by default main.")
  @Nullable String revision;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (FetchBar bar = new FetchBar(spec)) {
      FoundModel model = new Models(Hub.environment(bar)).find(place());
      out.print(json ? Json.text(json(model)) + System.lineSeparator() : text(model));
    }
    return Session.DONE;
  }

  private String place() {
    if (Hub.isAddress(name)) {
      if (revision != null) {
        throw new ConfigException("--revision is of names on the hub; an address has none");
      }
      return name;
    }
    HubName parsed = HubName.parse(name);
    if (revision == null) {
      return parsed.address(); // here a folder of the same name is not what is meant
    }
    if (!parsed.revision().equals(HubName.MAIN)) {
      throw new ConfigException(
          "'%s' names a revision already; leave --revision out".formatted(name));
    }
    return parsed.at(revision).address();
  }

  private static String text(FoundModel model) {
    String line = System.lineSeparator();
    StringBuilder text = new StringBuilder();
    model
        .name()
        .ifPresent(
            n -> text.append(n.repo()).append(", commit ").append(n.revision()).append(line));
    Table table = new Table("file", "size", "sha256", "");
    for (HubFile file : model.files()) {
      table.row(
          file.name(),
          FetchBar.size(file.size()),
          file.sha256(),
          file.downloaded() ? "fetched" : "was there");
    }
    return text.append(table.text()).append("at ").append(model.weights()).append(line).toString();
  }

  private static Map<String, @Nullable Object> json(FoundModel model) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("repo", model.name().map(HubName::repo).orElse(null));
    json.put("commit", model.name().map(HubName::revision).orElse(null));
    json.put("path", model.weights().toString());
    List<Map<String, Object>> files = new ArrayList<>();
    for (HubFile file : model.files()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", file.name());
      one.put("path", file.path().toString());
      one.put("size", file.size());
      one.put("sha256", file.sha256());
      one.put("downloaded", file.downloaded());
      files.add(one);
    }
    json.put("files", files);
    return json;
  }
}
