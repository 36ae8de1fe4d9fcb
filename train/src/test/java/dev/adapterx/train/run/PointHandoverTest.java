package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.points.Groups;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.PointPipeline;
import dev.adapterx.infer.Pieces;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.input.ClassModality;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.PointModality;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clouds are grouped by the loader's threads, or by a device of its own: to the same bits. */
class PointHandoverTest {
  private static final int CLOUDS = 5;

  private final Scope scope = Scope.open();
  private final Backbone backbone =
      Backbones.initial(
          "point_32x2x2_c8_g6k5_24", Backbones.Options.defaults().with(Device.CPU), 1);

  @AfterEach
  void free() {
    backbone.close();
    scope.close();
  }

  /**
   * Random clouds, lattices with many equal distances and equal points, small clouds with points
   * about the origin.
   */
  private static float[] cloud(Rng rng, int kind, int n) {
    float[] xyz = new float[3 * n];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] =
          switch (kind) {
            case 0 -> (float) rng.nextGaussian();
            case 1 -> (rng.nextInt(5) - 2) / 2f;
            case 2 -> (float) rng.nextGaussian() * 0.02f;
            default -> rng.nextInt(2) == 0 ? 0 : (float) rng.nextGaussian() * 0.04f;
          };
    }
    return xyz;
  }

  private static void requireSame(float[][] clouds, int groups, int neighbours) {
    int n = clouds[0].length / 3;
    int values = Groups.values(groups, neighbours);
    float[] given = new float[clouds.length * 3 * n];
    float[] expected = new float[clouds.length * values];
    for (int b = 0; b < clouds.length; b++) {
      System.arraycopy(clouds[b], 0, given, b * 3 * n, 3 * n);
      Groups.write(new PointCloud(clouds[b]), groups, neighbours, expected, b * values);
    }
    Tensor found = PointGroups.of(Tensors.of(given, clouds.length, n, 3), groups, neighbours);
    assertThat(found.shape()).containsExactly(clouds.length, groups, neighbours + 1, 3);
    assertThat(Tensors.floats(found)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void tensors_group_as_the_loaders_threads_do(long seed) {
    Rng rng = Rng.of(seed, "clouds");
    int n = 1 + rng.nextInt(300);
    float[][] clouds = new float[1 + rng.nextInt(6)][];
    Arrays.setAll(clouds, b -> cloud(rng, rng.nextInt(4), n));
    requireSame(clouds, 1 + rng.nextInt(n), 1 + rng.nextInt(n));
    requireSame(clouds, n, 1);
    requireSame(clouds, 1, n);
    requireSame(clouds, n, n);
  }

  @ParameterizedTest
  @CsvSource({"1024, 64, 32", "2048, 128, 32"})
  void also_at_the_published_sizes(int points, int groups, int neighbours) {
    Rng rng = Rng.of(20, "published");
    float[][] clouds = new float[4][];
    Arrays.setAll(clouds, kind -> cloud(rng, kind, points));
    requireSame(clouds, groups, neighbours);
  }

  /** The data set of a test: Gaussian clouds of twice the points wanted. */
  private static final class Drawn implements Dataset<PointCloud> {
    @Override
    public int size() {
      return CLOUDS;
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public List<String> classes() {
      return List.of("even", "odd");
    }

    @Override
    public PointCloud sample(int index) {
      return new PointCloud(cloud(Rng.of(index, "drawn"), 0, 48));
    }

    @Override
    public String name(int index) {
      return "cloud " + index;
    }
  }

  private static Batch<?> first(Modality<?> modality, String augment) {
    DataRecipe recipe = Recipe.read("{}", List.of("data.augment=" + augment), "test").data();
    @SuppressWarnings("unchecked")
    Pipeline<PointCloud> pipeline = (Pipeline<PointCloud>) modality.training(recipe, 2);
    try (BatchLoader<PointCloud> loader =
            new BatchLoader<>(new Drawn(), pipeline, LoaderOptions.evaluation(CLOUDS));
        Epoch epoch = loader.epoch(0)) {
      return epoch.iterator().next();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "scale-translate"})
  void the_host_gets_groups_and_any_other_device_points_of_the_same_bits(String augment) {
    Batch<?> groups = first(Modality.of(backbone), augment);
    assertThat(groups.values()).hasDimensions(CLOUDS, 6 * 6 * 3);
    try (Backbone there = rehearsed()) {
      Batch<?> points = first(Modality.of(there), augment);
      assertThat(points.values()).hasDimensions(CLOUDS, 24 * 3);
      Tensor raw = Pieces.inputs(points, 1, 3, there);
      assertThat(raw.shape()).containsExactly(3, 24, 3);
      Tensor grouped = Pieces.inputs(groups, 1, 3, backbone);
      assertThat(Tensors.floats(backbone.preprocessing().finished(raw)))
          .isEqualTo(Tensors.floats(grouped));
      assertThat(features(backbone, raw)).isEqualTo(features(backbone, grouped));
      Tensor rehearsed =
          there.features(raw, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled()).pooled();
      assertThat(rehearsed.shape()).containsExactly(3, 64);
      assertThat(first(ClassModality.of(backbone.preprocessing()), augment).values())
          .isEqualTo(groups.values());
    }
  }

  private static float[] features(Backbone of, Tensor input) {
    return Tensors.floats(
        of.features(input, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled()).pooled());
  }

  private Backbone rehearsed() {
    Map<String, Tensor> there = new LinkedHashMap<>();
    backbone.tensors().forEach((name, t) -> there.put(name, Device.META.place(t)));
    return backbone.over(NamedTensors.of(there));
  }

  /**
   * Groups of few neighbours are fewer numbers than the points, and as many may not be told apart.
   */
  @ParameterizedTest
  @CsvSource({"1024, 64, 32, true", "1024, 64, 15, false", "1024, 32, 16, false"})
  void points_are_handed_over_where_they_are_fewer_numbers(
      int points, int groups, int neighbours, boolean raw) {
    PointPreprocessing input =
        new PointPreprocessing(points, groups, neighbours, Normalisation.UNIT_SPHERE);
    PointPipeline pipeline = (PointPipeline) new PointModality(input, Device.META).evaluation();
    assertThat(pipeline.grouped()).isEqualTo(!raw);
    assertThat(pipeline.values()).isEqualTo(raw ? 3 * points : Groups.values(groups, neighbours));
    assertThat(((PointPipeline) new PointModality(input, Device.CPU).evaluation()).grouped())
        .isTrue();
  }
}
