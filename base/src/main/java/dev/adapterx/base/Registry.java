package dev.adapterx.base;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * Providers that are found by name and may come from other jars: methods, tasks, data layouts,
 * backbone families. They are listed in {@code META-INF/services} and returned in the order of the
 * class path, the library's own first.
 *
 * @param <T> the provided type
 */
public final class Registry<T> {
  private final String noun;
  private final Map<String, T> byName;

  private Registry(String noun, Map<String, T> byName) {
    this.noun = noun;
    this.byName = byName;
  }

  /**
   * Loads every provider that is visible to the type's own class loader.
   *
   * @param noun for messages, in the singular: {@code method}
   * @param name of a provider
   * @throws ConfigException when a provider cannot be instantiated, or two have the same name
   */
  public static <T> Registry<T> of(Class<T> type, String noun, Function<T, String> name) {
    return of(ServiceLoader.load(type, type.getClassLoader()), type, noun, name);
  }

  /** As {@link #of(Class, String, Function)}, from given providers. */
  static <T> Registry<T> of(
      Iterable<T> providers, Class<T> type, String noun, Function<T, String> name) {
    Map<String, T> found = new LinkedHashMap<>();
    try {
      for (T provider : providers) {
        T before = found.putIfAbsent(name.apply(provider), provider);
        if (before != null) {
          throw new ConfigException(
              "Two providers on the class path have the "
                  + noun
                  + " '"
                  + name.apply(provider)
                  + "': "
                  + before.getClass().getName()
                  + " and "
                  + provider.getClass().getName()
                  + "; rename one of them, or remove its jar");
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new ConfigException(
          "A "
              + noun
              + " on the class path could not be loaded: "
              + e.getMessage()
              + "; correct META-INF/services/"
              + type.getName()
              + " of its jar, or remove the jar",
          e);
    }
    return new Registry<>(noun, found);
  }

  /** All providers, in order. */
  public List<T> all() {
    return List.copyOf(byName.values());
  }

  /** Their names, in order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * The provider of a name.
   *
   * @param place where the name is given, for messages
   * @throws ConfigException with the nearest valid name
   */
  public T get(String name, String place) {
    T found = byName.get(name);
    if (found == null) {
      String plural = noun.substring(0, 1).toUpperCase(Locale.ROOT) + noun.substring(1) + "s";
      throw new ConfigException(
          place
              + ": unknown "
              + noun
              + " '"
              + name
              + "'"
              + Names.hintSentence(name, names())
              + " "
              + plural
              + ": "
              + String.join(", ", names())
              + ".");
    }
    return found;
  }
}
