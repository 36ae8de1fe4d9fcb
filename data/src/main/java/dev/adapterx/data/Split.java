package dev.adapterx.data;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A data set in two parts.
 *
 * @param train the larger part, in the order of the whole
 * @param heldOut the part that training does not see, in the order of the whole
 */
public record Split<S>(Dataset<S> train, Dataset<S> heldOut) {

  /**
   * Holds out a share of each class, drawn from the stream (seed, "hold-out", label): {@code
   * round(fraction * n)} of its n samples, but at least one and never all; a class of one sample
   * stays in training. All entries of a sample listed several times go to the same side.
   *
   * @throws ConfigException when {@code fraction} is not between 0 and 1
   * @throws DataException when no class has two images
   */
  public static <S> Split<S> holdOut(Dataset<S> data, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new ConfigException(
          "The fraction to hold out must lie between 0 and 1, found " + fraction);
    }
    Set<String> held = new HashSet<>();
    namesByLabel(data)
        .forEach(
            (label, names) -> {
              int count = (int) Math.round(fraction * names.size());
              count = Math.min(Math.max(count, 1), names.size() - 1);
              int[] order = Rng.of(seed, "hold-out").at(label).permutation(names.size());
              List<String> list = List.copyOf(names);
              for (int i = 0; i < count; i++) {
                held.add(list.get(order[i]));
              }
            });
    if (held.isEmpty()) {
      throw new DataException(
          "Nothing to hold out: none of the "
              + data.classes().size()
              + " classes has two samples. Give a validation set instead");
    }
    return new Split<>(part(data, held, false), part(data, held, true));
  }

  private static Map<Integer, Set<String>> namesByLabel(Dataset<?> data) {
    Map<Integer, Set<String>> names = new TreeMap<>();
    for (int i = 0; i < data.size(); i++) {
      names.computeIfAbsent(data.label(i), l -> new LinkedHashSet<>()).add(data.name(i));
    }
    return names;
  }

  private static <S> Subset<S> part(Dataset<S> data, Set<String> held, boolean inside) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      if (held.contains(data.name(i)) == inside) {
        indices.add(i);
      }
    }
    return new Subset<>(data, indices.stream().mapToInt(Integer::intValue).toArray());
  }
}
