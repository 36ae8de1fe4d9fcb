package dev.adapterx.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.scenes.FormulaDataset;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.TrainRun;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterXEstimatorTest {
  private static final StructType SCHEMA =
      new StructType().add("content", "binary").add("label", "string").add("held", "boolean");

  @TempDir static Path folder;
  private static SparkSession spark;
  private static List<Row> rows;

  @BeforeAll
  static void pictures() {
    spark = Sparks.local();
    FormulaDataset<RgbImage> all = FormulaDataset.images("formula:2x10", "train", 40);
    rows =
        IntStream.range(0, all.size())
            .mapToObj(
                i ->
                    RowFactory.create(
                        Fixture.png(all.sample(i)), "class " + all.label(i), i % 5 == 4))
            .toList();
  }

  private static Dataset<Row> frame(List<Row> of) {
    return spark.createDataFrame(of, SCHEMA);
  }

  private static AdapterXEstimator estimator(String name) {
    return new AdapterXEstimator()
        .setBackbone("embedded")
        .setWorkDir(folder.resolve(name).toString())
        .setSettings(
            new String[] {
              "train.epochs=2",
              "train.batch=8",
              "train.micro-batch=2",
              "train.lr=0.01",
              "train.warmup-epochs=1",
              "backbone.precision=fp32"
            });
  }

  private static WeightFile tensors(Path run) {
    return WeightFile.read(run.resolve("adapter/adapter_model.safetensors"));
  }

  @Test
  void one_task_trains_what_train_does_and_two_agree_with_it() throws Exception {
    AdapterXTransformer one =
        estimator("one").setValidationIndicatorCol("held").fit(frame(rows).repartition(3));
    Path run = folder.resolve("one/run");
    assertThat(run.resolve("report.html")).exists();
    assertThat(files(folder.resolve("one/data/train"))).hasSize(16);
    assertThat(files(folder.resolve("one/data/val"))).hasSize(4);

    Path plain = folder.resolve("plain");
    TrainRun.start(Recipe.read(run.resolve("recipe.yaml"), List.of()), plain, RunListener.NONE);
    assertThat(Files.readAllBytes(run.resolve("adapter/adapter_model.safetensors")))
        .isEqualTo(Files.readAllBytes(plain.resolve("adapter/adapter_model.safetensors")));

    List<Row> reversed = new ArrayList<>(rows);
    java.util.Collections.reverse(reversed); // another order, other partitions
    estimator("two")
        .setValidationIndicatorCol("held")
        .setNumTasks(2)
        .fit(frame(reversed).repartition(5));
    WeightFile expected = tensors(plain);
    expected
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(tensors(folder.resolve("two/run")).tensor(name).floats())
                    .as(name)
                    .containsExactly(tensor.floats(), Offset.offset(1e-4f)));

    Dataset<Row> scored = one.transform(frame(rows).drop("held"));
    assertThat(scored.filter("error is null").count()).isEqualTo(20);
    assertThat(one.labels()).containsExactly("class 0", "class 1");
    assertThat(one.parent().uid()).startsWith("adapterxEstimator");

    assertThatThrownBy(() -> estimator("one").fit(frame(rows)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("holds a run already; go on with it by setResume(true)");
    assertThatThrownBy(
            () ->
                estimator("one")
                    .setResume(true)
                    .setValidationIndicatorCol("held")
                    .fit(frame(rows.subList(0, 10))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("was written of 20 files of 20 rows")
        .hasMessageContaining("now gives 10 files of 10 rows");
    assertThat(files(folder.resolve("one/data"))).hasSize(21); // with the manifest
  }

  private static List<Path> files(Path below) throws Exception {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void clouds_as_arrays_are_trained_on_without_loss() throws Exception {
    FormulaDataset<PointCloud> all = FormulaDataset.clouds("shapes:2x4", "train", 1100);
    StructType schema =
        new StructType()
            .add(
                "points", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)))
            .add("kind", "int");
    List<Row> clouds =
        IntStream.range(0, all.size())
            .mapToObj(i -> RowFactory.create(array(all.sample(i).xyz()), all.label(i)))
            .toList();
    AdapterXTransformer model =
        new AdapterXEstimator()
            .setBackbone("embedded-points")
            .setClouds(true)
            .setInputCol("points")
            .setLabelCol("kind")
            .setMethod("linear-probe")
            .setWorkDir(folder.resolve("clouds").toString())
            .setSettings(new String[] {"train.epochs=1", "train.batch=4"})
            .fit(spark.createDataFrame(clouds, schema));
    Dataset<Row> scored = model.transform(spark.createDataFrame(clouds, schema));
    assertThat(scored.filter("error is null and prediction in ('0', '1')").count()).isEqualTo(8);
  }

  private static List<List<Float>> array(float[] xyz) {
    return IntStream.range(0, xyz.length / 3)
        .mapToObj(i -> List.of(xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2]))
        .toList();
  }

  @Test
  void rows_that_cannot_be_trained_on_are_named_and_nothing_is_left() {
    List<Row> bad = new ArrayList<>(rows);
    bad.set(3, RowFactory.create(rows.get(3).get(0), null, false));
    bad.set(5, RowFactory.create(null, "class 0", false));
    bad.set(7, RowFactory.create(rows.get(7).get(0), "a/b", false));
    assertThatThrownBy(() -> estimator("bad").fit(frame(bad).coalesce(1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 of 20 rows cannot be trained on")
        .hasMessageContaining("row 3 of partition 0: the column 'label' is null")
        .hasMessageContaining("nothing was written");
    assertThat(folder.resolve("bad/data")).doesNotExist();
    assertThatThrownBy(() -> estimator("bad").fit(frame(List.of())))
        .hasMessageContaining("has no rows");
    assertThat(folder.resolve("bad/run")).doesNotExist();
  }

  @Test
  void a_mistake_is_said_once_and_not_tried_again() {
    List<Row> broken =
        rows.stream()
            .map(
                row ->
                    RowFactory.create(
                        Arrays.copyOf(row.<byte[]>getAs(0), 60), row.get(1), row.get(2)))
            .toList();
    assertThatThrownBy(() -> estimator("broken").fit(frame(broken)))
        .isInstanceOf(AdapterXException.class)
        .hasMessageStartingWith("Rank 0: ")
        .hasMessageContaining(folder.resolve("broken").toString());
  }

  @Test
  void what_makes_no_sense_is_said_before_anything_is_written() {
    Dataset<Row> all = frame(rows);
    AdapterXEstimator fitting = estimator("nonsense");
    assertThatThrownBy(() -> fitting.setNumTasks(3).fit(all))
        .hasMessageContaining("3 ranks train at the same time, and the cluster has 2 slots");
    fitting.setNumTasks(1);
    assertThatThrownBy(() -> estimator("nonsense").setLabelCol("lable").fit(all))
        .hasMessageContaining("labelCol: there is no column 'lable'")
        .hasMessageContaining("label");
    assertThatThrownBy(() -> estimator("nonsense").setLabelCol("content").fit(all))
        .hasMessageContaining("has the type binary; expected string or a number");
    assertThatThrownBy(() -> estimator("nonsense").setWorkDir("hdfs://x/y").fit(all))
        .hasMessageContaining("cannot lock and map");
    assertThatThrownBy(() -> estimator("nonsense").setWorkDir("here").fit(all))
        .hasMessageContaining("absolute path");
    assertThatThrownBy(() -> new AdapterXEstimator().setWorkDir("/tmp/x").fit(all))
        .hasMessageContaining("set it by setBackbone");
    assertThatThrownBy(
            () -> estimator("nonsense").setSettings(new String[] {"train.epoch=1"}).fit(all))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown key 'epoch'");
    assertThat(folder.resolve("nonsense/run")).doesNotExist();
  }

  @Test
  void it_is_saved_and_loaded() throws Exception {
    String path = folder.resolve("saved").toString();
    estimator("elsewhere").setNumTasks(4).write().overwrite().save(path);
    AdapterXEstimator loaded = AdapterXEstimator.load(path);
    assertThat(loaded.getOrDefault(loaded.numTasks())).isEqualTo(4);
    assertThat(loaded.getOrDefault(loaded.settings())).contains("train.epochs=2");
  }
}
