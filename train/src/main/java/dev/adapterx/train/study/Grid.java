package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.train.recipe.RecipeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The values a search tries, by recipe key: {@code train.lr: [0.001, 0.005]}.
 *
 * @param values by key, each as it stands in YAML
 */
public record Grid(Map<String, List<String>> values) {
  static final String RATE = "train.lr";
  private static final String OTHERS = "default";
  private static final int MOST_POINTS = 10_000;
  private static final double LARGEST_RATE = 1e30;

  public Grid {
    values = new LinkedHashMap<>(values);
    if (points(values) > MOST_POINTS) {
      throw new ConfigException(
          "A grid of more than " + MOST_POINTS + " points is not searched: leave values out");
    }
  }

  /** The grids that ship with the library, by method. */
  public static Map<String, Grid> shipped() {
    try (InputStream in =
        Objects.requireNonNull(Grid.class.getResourceAsStream("grids.yaml"), "grids.yaml")) {
      return read(new String(in.readAllBytes(), StandardCharsets.UTF_8), "grids.yaml");
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read grids.yaml from the library's jar", e);
    }
  }

  /**
   * Grids by method, {@code default} for all others.
   *
   * @throws ConfigException naming file, method and key
   */
  public static Map<String, Grid> read(Path file) {
    return read(RecipeText.of(file), file.toString());
  }

  static Map<String, Grid> read(String yaml, String place) {
    Map<String, Grid> grids = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> method : RecipeText.tree(yaml, place).properties()) {
      String where = place + ": " + method.getKey();
      if (!(method.getValue() instanceof ObjectNode keys)) {
        throw new ConfigException(
            where + ": expected keys with lists of values, found " + method.getValue());
      }
      Map<String, List<String>> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> key : keys.properties()) {
        values.put(key.getKey(), values(key.getValue(), where + ": " + key.getKey()));
      }
      grids.put(method.getKey(), new Grid(values));
    }
    return grids;
  }

  private static List<String> values(JsonNode list, String place) {
    List<String> values = new ArrayList<>();
    for (JsonNode value : list) {
      values.add(text(value));
    }
    if (!list.isArray() || values.isEmpty()) {
      throw new ConfigException(
          place + ": expected a list of values such as [0.001, 0.01], found " + list);
    }
    if (place.endsWith(RATE)) {
      list.forEach(rate -> requireRate(rate, place));
    }
    if (values.stream().distinct().count() < values.size()) {
      throw new ConfigException(place + ": a value is given twice in " + list);
    }
    String key = place.substring(place.lastIndexOf(' ') + 1);
    if (!key.startsWith("train.") && !key.startsWith("method.")) {
      throw new ConfigException(
          place
              + ": expected a key of the method or the training, such as train.lr or method.scale");
    }
    return values;
  }

  /** Between rates others are put, by factors. */
  private static void requireRate(JsonNode rate, String place) {
    double value = rate.isNumber() ? rate.asDouble() : Double.NaN;
    if (!(value > 0 && value <= LARGEST_RATE)) {
      throw new ConfigException(place + ": expected positive numbers, found " + rate);
    }
  }

  /** Numbers without exponents, so that two ways to write one are one. */
  private static String text(JsonNode value) {
    return value.isNumber() && Double.isFinite(value.asDouble())
        ? text(value.asDouble())
        : value.toString();
  }

  private static String text(double value) {
    return value == 0 ? "0" : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /** A method's own, else that for all others. */
  static Grid of(String method, Map<String, Grid> grids) {
    Grid grid = grids.getOrDefault(method, grids.get(OTHERS));
    if (grid == null) {
      throw new ConfigException(
          "The grid has no values for "
              + method
              + " and no '"
              + OTHERS
              + "'; it has "
              + String.join(", ", grids.keySet()));
    }
    return grid;
  }

  /** How many points there are. */
  int points() {
    return (int) points(values);
  }

  private static double points(Map<String, List<String>> values) {
    return values.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
  }

  /**
   * With further learning rates between and then above those there are, until there are that many
   * points; as it is where it has no rates.
   */
  Grid extended(int wanted) {
    Grid grid = this;
    while (grid.points() < wanted && grid.values.containsKey(RATE)) {
      grid = grid.withAnotherRate();
    }
    return grid;
  }

  /** The widest gap is halved, by factors; a single rate is doubled. */
  private Grid withAnotherRate() {
    List<Double> rates =
        new ArrayList<>(
            Objects.requireNonNull(values.get(RATE)).stream()
                .map(Double::valueOf)
                .sorted()
                .toList());
    int widest = 0;
    for (int i = 1; i + 1 < rates.size(); i++) {
      if (rates.get(i + 1) / rates.get(i) > rates.get(widest + 1) / rates.get(widest) + 1e-9) {
        widest = i;
      }
    }
    double last = rates.get(rates.size() - 1);
    double between =
        rates.size() == 1
            ? 2 * last
            : rounded(Math.sqrt(rates.get(widest) * rates.get(widest + 1)));
    rates.add(rates.contains(between) ? rounded(2 * last) : between);
    Map<String, List<String>> more = new LinkedHashMap<>(values);
    more.put(RATE, rates.stream().sorted().map(Grid::text).toList());
    return new Grid(more);
  }

  private static double rounded(double rate) {
    return BigDecimal.valueOf(rate).round(new MathContext(2)).doubleValue();
  }

  /**
   * So many points of the grid, without repetition; all where there are fewer. Every value of a key
   * is used as often as any other, or once more or less where that cannot be; chance decides among
   * equals.
   */
  List<Map<String, String>> sample(int count, Rng rng) {
    List<int[]> all = all();
    List<int[]> shuffled = new ArrayList<>();
    for (int i : rng.permutation(all.size())) {
      shuffled.add(all.get(i));
    }
    List<String> keys = List.copyOf(values.keySet());
    List<Map<String, String>> points = new ArrayList<>();
    for (int[] point : count < all.size() ? even(shuffled, count) : shuffled) {
      Map<String, String> named = new LinkedHashMap<>();
      for (int k = 0; k < keys.size(); k++) {
        named.put(keys.get(k), Objects.requireNonNull(values.get(keys.get(k))).get(point[k]));
      }
      points.add(named);
    }
    return points;
  }

  /**
   * Draws the point whose values were used least, again and again; then swaps drawn ones for others
   * as long as that makes the uses more even, which drawing one by one cannot always see.
   */
  private List<int[]> even(List<int[]> points, int count) {
    int[][] uses = values.values().stream().map(v -> new int[v.size()]).toArray(int[][]::new);
    List<int[]> left = new ArrayList<>(points);
    List<int[]> drawn = new ArrayList<>();
    while (drawn.size() < count) {
      int[] next = Collections.min(left, Comparator.comparingInt(point -> used(point, uses)));
      left.remove(next);
      drawn.add(next);
      add(next, 1, uses);
    }
    boolean better = true;
    while (better) {
      better = false;
      for (int i = 0; i < count; i++) {
        int[] old = drawn.get(i);
        add(old, -1, uses);
        int[] best = Collections.min(left, Comparator.comparingInt(point -> used(point, uses)));
        if (used(best, uses) < used(old, uses)) {
          left.remove(best);
          left.add(old);
          drawn.set(i, best);
          better = true;
        }
        add(drawn.get(i), 1, uses);
      }
    }
    return drawn;
  }

  /** How often a point's values were used: what the sum of squares of all uses would grow by. */
  private static int used(int[] point, int[][] uses) {
    int sum = 0;
    for (int k = 0; k < point.length; k++) {
      sum += uses[k][point[k]];
    }
    return sum;
  }

  private static void add(int[] point, int by, int[][] uses) {
    for (int k = 0; k < point.length; k++) {
      uses[k][point[k]] += by;
    }
  }

  private List<int[]> all() {
    List<int[]> points = List.of(new int[0]);
    for (List<String> of : values.values()) {
      List<int[]> longer = new ArrayList<>();
      for (int[] point : points) {
        for (int v = 0; v < of.size(); v++) {
          int[] next = Arrays.copyOf(point, point.length + 1);
          next[point.length] = v;
          longer.add(next);
        }
      }
      points = longer;
    }
    return points;
  }
}
