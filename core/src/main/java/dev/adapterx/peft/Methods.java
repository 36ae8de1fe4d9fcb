package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** All methods by name, to and from the {@code method:} tree of recipes and adapter files. */
public final class Methods {
  /** A named starting point of a method's settings. */
  private record Preset(String name, PeftMethod method) {}

  /** The ends of the scale: the head alone, and everything. */
  private static final List<PeftMethod> BOUNDS = List.of(new LinearProbe(), new FullFineTuning());

  /**
   * Parts of the backbone that are trained themselves, and scales and shifts of what it computes.
   */
  private static final List<PeftMethod> PARTS =
      List.of(new BitFit(), new LnTuning(), new Ia3(), new Ssf());

  /** Bottlenecks beside or behind the frozen layers. */
  private static final List<PeftMethod> ADAPTERS =
      List.of(
          new AdaptFormer(),
          new Houlsby(),
          new Pfeiffer(),
          new ParallelAdapter(),
          new AdapterPlus(),
          new BiAdapter(),
          new RepAdapter(),
          new Convpass());

  /** Changes of the frozen weights that have few parameters. */
  private static final List<PeftMethod> WEIGHTS =
      List.of(new Lora(), new Dora(), new Vera(), new Arc(), new Fact());

  /** Tokens that are learned. */
  private static final List<PeftMethod> PROMPTS = List.of(new Vpt());

  /** Adapters that several blocks or tokens share. */
  private static final List<PeftMethod> MIXTURES = List.of(new AdapterX(), new Mosa());

  /** Made for point clouds. */
  private static final List<PeftMethod> POINTS =
      List.of(new Dapt(), new DaptX(), new Idpt(), new PointGst(), new PointPeft());

  private static final List<PeftMethod> ALL =
      Stream.of(BOUNDS, PARTS, ADAPTERS, WEIGHTS, PROMPTS, MIXTURES, POINTS)
          .flatMap(List::stream)
          .toList();

  private static final List<Preset> PRESETS =
      List.of(
          // 0.2004 % of ViT-B/16 with the mean head of VTAB-1k's 19 tasks.
          new Preset("budget", AdapterX.with(o -> o.bottleneck = 60)),
          new Preset("sequential", AdapterX.with(o -> o.form = AdapterX.Form.SEQUENTIAL)),
          new Preset("noah", Houlsby.noah()),
          new Preset("attention", new Convpass(8, 1, 0.1, true, Convpass.Kernel.IDENTITY)),
          new Preset("shallow", new Vpt(Vpt.Form.SHALLOW, 10, 0.1)),
          new Preset("tk", new Fact(Fact.Form.TK, 32, 1, 0.1)),
          new Preset("lora", new BiAdapter(BiAdapter.Base.LORA, 32, 1, 1, 0.1)),
          new Preset("modelnet", Dapt.modelNet()));

  private Methods() {}

  /** The names of all methods. */
  public static List<String> names() {
    return ALL.stream().map(PeftMethod::name).toList();
  }

  /** All methods and, as {@code name:preset}, their presets. */
  public static List<String> entries() {
    return ALL.stream()
        .flatMap(
            method ->
                Stream.concat(
                    Stream.of(method.name()),
                    PRESETS.stream()
                        .filter(p -> p.method().name().equals(method.name()))
                        .map(p -> method.name() + ":" + p.name())))
        .toList();
  }

  /**
   * Reads an entry: a name or {@code name:preset}.
   *
   * @throws ConfigException with the nearest valid name
   */
  public static PeftMethod entry(String entry, String place) {
    int colon = entry.indexOf(':');
    ObjectNode tree = Settings.json().createObjectNode();
    tree.put("name", colon < 0 ? entry : entry.substring(0, colon));
    if (colon >= 0) {
      tree.put("preset", entry.substring(colon + 1));
    }
    return read(tree, place);
  }

  /**
   * Reads a method: a name alone, or a tree with {@code name}, perhaps {@code preset}, and
   * settings.
   *
   * @param place where the tree stands, for messages
   * @throws ConfigException with the nearest valid name or key
   */
  public static PeftMethod read(JsonNode tree, String place) {
    if (tree.isString()) {
      return named(tree.asString(), place);
    }
    if (!tree.isObject() || !tree.path("name").isString()) {
      throw new ConfigException(
          place
              + ": expected a method's name or keys with 'name', found "
              + tree
              + ". Methods: "
              + String.join(", ", names())
              + ".");
    }
    ObjectNode settings = ((ObjectNode) tree).deepCopy();
    PeftMethod method = named(settings.remove("name").asString(), place + ".name");
    JsonNode preset = settings.remove("preset");
    if (preset != null && !preset.isString()) {
      throw new ConfigException(place + ".preset: expected a preset's name, found " + preset);
    }
    PeftMethod start =
        preset == null ? method : preset(method, preset.asString(), place + ".preset");
    return Settings.read(settings, start, place);
  }

  /** A method's name and settings. */
  public static ObjectNode write(PeftMethod method) {
    ObjectNode tree = Settings.json().createObjectNode();
    tree.put("name", method.name());
    tree.setAll(Settings.tree(method));
    return tree;
  }

  private static PeftMethod named(String name, String place) {
    return ALL.stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    place
                        + ": unknown method '"
                        + name
                        + "'"
                        + Names.hint(name, names())
                        + " Methods: "
                        + String.join(", ", names())
                        + "."));
  }

  private static PeftMethod preset(PeftMethod method, String name, String place) {
    Map<String, PeftMethod> known =
        PRESETS.stream()
            .filter(p -> p.method().name().equals(method.name()))
            .collect(
                Collectors.toMap(Preset::name, Preset::method, (a, b) -> a, LinkedHashMap::new));
    PeftMethod found = known.get(name);
    if (found == null) {
      throw new ConfigException(
          place
              + ": "
              + method.name()
              + " has no preset '"
              + name
              + "'"
              + Names.hint(name, known.keySet())
              + (known.isEmpty()
                  ? " It has none."
                  : " Presets: " + String.join(", ", known.keySet()) + "."));
    }
    return found;
  }
}
