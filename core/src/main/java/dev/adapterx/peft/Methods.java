package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Registry;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All methods by name, to and from the {@code method:} tree of recipes and adapter files. A method
 * is found through {@link ServiceLoader}: a jar on the class path whose {@code
 * META-INF/services/dev.adapterx.peft.PeftMethod} names a record with a constructor without
 * arguments adds one.
 */
public final class Methods {
  /** In the order of the providers' files: the library's own first. */
  private static final Registry<PeftMethod> ALL =
      Registry.of(PeftMethod.class, "method", PeftMethod::name);

  private Methods() {}

  /** The names of all methods. */
  public static List<String> names() {
    return ALL.names();
  }

  /** All methods and, as {@code name:preset}, their presets. */
  public static List<String> entries() {
    return ALL.all().stream()
        .flatMap(
            method ->
                Stream.concat(
                    Stream.of(method.name()),
                    method.presets().keySet().stream().map(p -> method.name() + ":" + p)))
        .toList();
  }

  /**
   * Reads an entry: a name or {@code name:preset}.
   *
   * @throws ConfigException with the nearest valid name
   */
  public static PeftMethod entry(String entry, String place) {
    int colon = entry.indexOf(':');
    PeftMethod method = ALL.get(colon < 0 ? entry : entry.substring(0, colon), place);
    return colon < 0 ? method : preset(method, entry.substring(colon + 1), place);
  }

  /**
   * Reads a method: an {@link #entry} alone, or a tree with {@code name}, perhaps {@code preset},
   * and settings.
   *
   * @param place where the tree stands, for messages
   * @throws ConfigException with the nearest valid name or key
   */
  public static PeftMethod read(JsonNode tree, String place) {
    if (tree.isString()) {
      return entry(tree.asString(), place);
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
    PeftMethod method = entry(settings.remove("name").asString(), place + ".name");
    JsonNode preset = settings.remove("preset");
    if (preset != null && !preset.isString()) {
      throw new ConfigException(place + ".preset: expected a preset's name, found " + preset);
    }
    PeftMethod start =
        preset == null ? method : preset(method, preset.asString(), place + ".preset");
    return Settings.read(settings, start, place);
  }

  /**
   * The texts that this method with these settings had in earlier versions, which knew fewer
   * settings: {@link Object#toString} without trailing components that have their default value.
   * New settings are added at the end of a method's record, with a default that changes nothing.
   */
  public static List<String> earlierTexts(PeftMethod method) {
    RecordComponent[] components = method.getClass().getRecordComponents();
    PeftMethod defaults = ALL.get(method.name(), "method");
    List<String> texts = new ArrayList<>();
    for (int kept = components.length - 1; kept >= 0; kept--) {
      if (!Objects.equals(value(components[kept], method), value(components[kept], defaults))) {
        break;
      }
      texts.add(
          Arrays.stream(components, 0, kept)
              .map(component -> component.getName() + "=" + value(component, method))
              .collect(Collectors.joining(", ", method.getClass().getSimpleName() + "[", "]")));
    }
    return texts;
  }

  private static @Nullable Object value(RecordComponent component, PeftMethod method) {
    try {
      return component.getAccessor().invoke(method);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " of a public record cannot be read", e);
    }
  }

  /** The names of the methods whose needs, with default settings, a backbone meets. */
  public static List<String> fitting(Backbone backbone) {
    return ALL.all().stream()
        .filter(method -> missing(method, backbone).isEmpty())
        .map(PeftMethod::name)
        .toList();
  }

  /**
   * Checks that a backbone has what a method needs.
   *
   * @throws ConfigException naming what the backbone lacks, the settings that do without, and the
   *     methods that fit
   */
  public static void requireFit(PeftMethod method, Backbone backbone) {
    List<Capability> missing = missing(method, backbone);
    if (!missing.isEmpty()) {
      throw new ConfigException(
          "%s needs %s, which the backbone '%s' does not have. Methods that fit it: %s"
              .formatted(
                  method.name(),
                  missing.stream()
                      .map(c -> c.words() + " (" + method.needs().get(c) + ")")
                      .collect(Collectors.joining(" and ")),
                  backbone.info().name(),
                  String.join(", ", fitting(backbone))));
    }
  }

  private static List<Capability> missing(PeftMethod method, Backbone backbone) {
    return Stream.of(Capability.values())
        .filter(c -> method.needs().containsKey(c) && !c.isOf(backbone))
        .toList();
  }

  /** A method's name and settings. */
  public static ObjectNode write(PeftMethod method) {
    ObjectNode tree = Settings.json().createObjectNode();
    tree.put("name", method.name());
    tree.setAll(Settings.tree(method));
    return tree;
  }

  private static PeftMethod preset(PeftMethod method, String name, String place) {
    Map<String, ? extends PeftMethod> known = method.presets();
    PeftMethod found = known.get(name);
    if (found == null) {
      throw new ConfigException(
          place
              + ": "
              + method.name()
              + " has no preset '"
              + name
              + "'"
              + Names.hintSentence(name, known.keySet())
              + (known.isEmpty()
                  ? " It has none."
                  : " Presets: " + String.join(", ", known.keySet()) + "."));
    }
    return found;
  }
}
