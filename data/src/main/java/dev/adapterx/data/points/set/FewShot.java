package dev.adapterx.data.points.set;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * N-way m-shot classification: draws some classes of a labelled data set, and of each a few clouds
 * for training and others for testing. Results are the mean and the standard deviation over folds,
 * ten in the literature (5 or 10 ways, 10 or 20 shots, 20 queries; Sharma and Kaul,
 * "Self-Supervised Few-Shot Learning on Point Clouds", NeurIPS 2020,
 * https://arxiv.org/abs/2009.14168).
 */
public final class FewShot {

  /**
   * One draw.
   *
   * @param name for example {@code 5way-10shot-fold3-seed0}
   * @param train {@code way * shot} clouds; the classes are the drawn ones, labelled from 0
   * @param test {@code way * query} other clouds of the same classes
   */
  public record Fold(String name, Dataset<PointCloud> train, Dataset<PointCloud> test) {}

  private FewShot() {}

  /**
   * Draws a fold from the stream (seed, "few-shot", fold): folds are independent of each other. A
   * cloud listed several times counts once, and one without a label not at all.
   *
   * @param way number of classes, at least 2
   * @param shot training clouds per class
   * @param query test clouds per class
   * @throws DataException when fewer than {@code way} classes have {@code shot + query} clouds
   */
  public static Fold of(
      Dataset<PointCloud> data, int way, int shot, int query, int fold, long seed) {
    require(way >= 2, "way", 2, way);
    require(shot >= 1, "shot", 1, shot);
    require(query >= 1, "query", 1, query);
    require(fold >= 0, "fold", 0, fold);
    Rng rng = Rng.of(seed, "few-shot").at(fold);
    List<Map.Entry<Integer, List<Integer>>> rich =
        byLabel(data).entrySet().stream()
            .filter(e -> e.getValue().size() >= (long) shot + query)
            .toList();
    if (rich.size() < way) {
      throw new DataException(
          "%d-way %d-shot with %d queries needs %d classes of at least %d clouds; %d of the %d classes have as many"
              .formatted(
                  way, shot, query, way, (long) shot + query, rich.size(), data.classes().size()));
    }
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    List<Integer> chosen = new ArrayList<>();
    int[] order = rng.at("classes").permutation(rich.size());
    for (int c = 0; c < way; c++) {
      int label = rich.get(order[c]).getKey();
      List<Integer> own = rich.get(order[c]).getValue();
      int[] clouds = rng.at("clouds").at(label).permutation(own.size());
      for (int i = 0; i < shot + query; i++) {
        (i < shot ? train : test).add(own.get(clouds[i]));
      }
      chosen.add(label);
    }
    String name = "%dway-%dshot-fold%d-seed%d".formatted(way, shot, fold, seed);
    return new Fold(name, new Part(data, train, chosen), new Part(data, test, chosen));
  }

  /** Indices of each label's clouds, each cloud once. */
  private static Map<Integer, List<Integer>> byLabel(Dataset<PointCloud> data) {
    Map<Integer, Map<String, Integer>> names = new TreeMap<>();
    for (int i = 0; i < data.size(); i++) {
      if (data.label(i) >= 0) {
        names
            .computeIfAbsent(data.label(i), l -> new LinkedHashMap<>())
            .putIfAbsent(data.name(i), i);
      }
    }
    Map<Integer, List<Integer>> indices = new TreeMap<>();
    names.forEach((label, own) -> indices.put(label, List.copyOf(own.values())));
    return indices;
  }

  private static void require(boolean holds, String key, int least, int found) {
    if (!holds) {
      throw new ConfigException(key + " must be at least " + least + ", found " + found);
    }
  }

  /** Some clouds, relabelled by the positions of the chosen classes. */
  private record Part(Dataset<PointCloud> data, List<Integer> indices, List<Integer> chosen)
      implements Dataset<PointCloud> {
    Part {
      indices = List.copyOf(indices);
      chosen = List.copyOf(chosen);
    }

    @Override
    public int size() {
      return indices.size();
    }

    @Override
    public int label(int i) {
      return chosen.indexOf(data.label(indices.get(i)));
    }

    @Override
    public String name(int i) {
      return data.name(indices.get(i));
    }

    @Override
    public PointCloud sample(int i) {
      return data.sample(indices.get(i));
    }

    @Override
    public List<String> classes() {
      return chosen.stream().map(data.classes()::get).toList();
    }

    @Override
    public Optional<Path> file(int i) {
      return data.file(indices.get(i));
    }

    @Override
    public String where(int i) {
      return data.where(indices.get(i));
    }
  }
}
