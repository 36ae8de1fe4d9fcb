package dev.adapterx.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.detect.Detector;
import dev.adapterx.dense.mask.RunLength;
import dev.adapterx.dense.parts.PartLabeller;
import dev.adapterx.dense.segment.Segmenter;
import dev.adapterx.infer.Answers;
import dev.adapterx.infer.Predictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.scenes.FormulaDataset;
import dev.adapterx.spark.score.ExecutorModels;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterXTransformerTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static Path adapter;

  @BeforeAll
  static void adapters() {
    spark = Sparks.local();
    adapter = Fixture.classes(folder.resolve("classes"));
  }

  private static Dataset<Row> frame(DataType type, List<?> values) {
    StructType schema = new StructType().add("id", "int").add("content", type);
    List<Row> rows = new ArrayList<>();
    values.forEach(value -> rows.add(RowFactory.create(rows.size(), value)));
    return spark.createDataFrame(rows, schema).coalesce(1);
  }

  private static Dataset<Row> contents(int count) {
    return frame(DataTypes.BinaryType, Fixture.pictures(count).stream().map(Fixture::png).toList());
  }

  private static AdapterXTransformer scorer() {
    return new AdapterXTransformer()
        .setAdapter(adapter.toString())
        .setBackbone("embedded")
        .setPrecision("fp32");
  }

  private static float[] floats(Row row, String column) {
    List<Float> values = row.getList(row.fieldIndex(column));
    float[] all = new float[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i);
    }
    return all;
  }

  /** What the library itself says of the same pictures. */
  private static List<float[]> expected(Path trained, List<RgbImage> pictures) {
    List<float[]> all = new ArrayList<>();
    try (Backbone backbone = Fixture.images();
        AdaptedModel model = AdapterFile.read(trained).attach(backbone);
        Answers<float[]> answers = Predictor.of(model).pictures(pictures.iterator())) {
      answers.forEachRemaining(answer -> all.add(answer.prediction()));
    }
    return all;
  }

  @Test
  void says_what_predict_says_to_the_bit() {
    int count = 37; // a batch and a part of one
    List<float[]> expected = expected(adapter, Fixture.pictures(count));
    Dataset<Row> scored = scorer().setFeaturesCol("feature").transform(contents(count));
    assertThat(scored.columns())
        .containsExactly(
            "id", "content", "prediction", "probability", "probabilities", "feature", "error");
    assertThat(scored.schema())
        .isEqualTo(scorer().setFeaturesCol("feature").transformSchema(contents(1).schema()));
    List<Row> rows = scored.collectAsList();
    assertThat(rows).hasSize(count);
    for (int i = 0; i < count; i++) {
      float[] p = floats(rows.get(i), "probabilities");
      assertThat(rows.get(i).getInt(0)).isEqualTo(i);
      assertThat(p).isEqualTo(expected.get(i));
      int best = IntStream.range(0, 3).reduce((a, b) -> p[b] > p[a] ? b : a).orElseThrow();
      assertThat(rows.get(i).<String>getAs("prediction")).isEqualTo(Fixture.LABELS.get(best));
      assertThat(rows.get(i).<Double>getAs("probability")).isEqualTo(p[best]);
      assertThat(rows.get(i).<String>getAs("error")).isNull();
    }
    assertThat(floats(rows.get(0), "feature")).hasSize(featureWidth());
    assertThat(floats(rows.get(0), "feature")).isNotEqualTo(floats(rows.get(20), "feature"));
  }

  private static int featureWidth() {
    try (Backbone backbone = Fixture.images();
        AdaptedModel model = AdapterFile.read(adapter).attach(backbone)) {
      return model.featureWidth();
    }
  }

  @Test
  void one_backbone_serves_all_tasks_and_jobs_of_a_jvm() {
    scorer().transform(contents(4)).collectAsList();
    long before = ExecutorModels.ofThisJvm().loads();
    Dataset<Row> many = scorer().transform(contents(40).repartition(8));
    assertThat(many.filter("error is null").count()).isEqualTo(40);
    assertThat(many.filter("error is null").count()).isEqualTo(40);
    assertThat(ExecutorModels.ofThisJvm().loads()).isEqualTo(before);
  }

  @Test
  void all_kinds_of_columns_hold_the_same_pictures() throws Exception {
    List<RgbImage> pictures = Fixture.pictures(3);
    List<float[]> expected = expected(adapter, pictures);
    Path files = Files.createDirectory(folder.resolve("files"));
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Path file = files.resolve(i + " of 3.png"); // a space, as people have it
      Files.write(file, Fixture.png(pictures.get(i)));
      paths.add(i == 0 ? file.toString() : "file:" + file);
    }
    requireSame(frame(DataTypes.StringType, paths), expected);

    Dataset<Row> read =
        spark.read().format("binaryFile").load(files.toString()).orderBy("path").coalesce(1);
    requireSame(read, expected);
    requireSame(
        read.selectExpr("struct(path, modificationTime, length, content) as content"), expected);

    Path parquet = folder.resolve("pictures.parquet");
    read.write().mode(SaveMode.Overwrite).parquet(parquet.toString());
    requireSame(spark.read().parquet(parquet.toString()), expected);

    Dataset<Row> images = spark.read().format("image").load(files.toString());
    requireSame(
        images.orderBy("image.origin").coalesce(1).withColumnRenamed("image", "content"), expected);

    DataType pixels =
        DataTypes.createArrayType(
            DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.IntegerType)));
    requireSame(
        frame(pixels, pictures.stream().map(AdapterXTransformerTest::array).toList()), expected);
  }

  private static List<List<List<Integer>>> array(RgbImage picture) {
    return IntStream.range(0, picture.height())
        .mapToObj(
            y ->
                IntStream.range(0, picture.width())
                    .mapToObj(
                        x -> List.of(picture.at(x, y, 0), picture.at(x, y, 1), picture.at(x, y, 2)))
                    .toList())
        .toList();
  }

  private static void requireSame(Dataset<Row> rows, List<float[]> expected) {
    List<Row> scored = scorer().transform(rows).collectAsList();
    assertThat(scored).allSatisfy(row -> assertThat(row.<String>getAs("error")).isNull());
    assertThat(scored.stream().map(row -> floats(row, "probabilities")).toList())
        .usingRecursiveComparison()
        .isEqualTo(expected);
  }

  @Test
  void clouds_are_scored_from_files_and_arrays() {
    Path own = Fixture.cloudClasses(folder.resolve("clouds"));
    FormulaDataset<PointCloud> shapes = FormulaDataset.clouds("shapes:2x2", "train", 1500);
    List<PointCloud> clouds = IntStream.range(0, 4).mapToObj(shapes::sample).toList();
    List<float[]> expected = new ArrayList<>();
    try (Backbone backbone = Fixture.clouds();
        AdaptedModel model = AdapterFile.read(own).attach(backbone);
        Answers<float[]> answers = Predictor.of(model).clouds(clouds.iterator())) {
      answers.forEachRemaining(answer -> expected.add(answer.prediction()));
    }
    AdapterXTransformer scorer = scorer().setAdapter(own.toString()).setBackbone("embedded-points");
    DataType points = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));
    List<Row> rows =
        scorer
            .transform(frame(points, clouds.stream().map(AdapterXTransformerTest::array).toList()))
            .collectAsList();
    assertThat(rows.stream().map(row -> floats(row, "probabilities")).toList())
        .usingRecursiveComparison()
        .isEqualTo(expected);

    StringBuilder text = new StringBuilder();
    float[] xyz = clouds.get(0).xyz();
    for (int i = 0; i < xyz.length; i += 3) {
      text.append(xyz[i])
          .append(' ')
          .append(xyz[i + 1])
          .append(' ')
          .append(xyz[i + 2])
          .append('\n');
    }
    byte[] content = text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    StructType schema = new StructType().add("path", "string").add("content", "binary");
    List<Row> named = List.of(RowFactory.create("s3a://bucket/scan.xyz", content));
    Row row = scorer.transform(spark.createDataFrame(named, schema)).first();
    assertThat(row.<String>getAs("error")).isNull();
    assertThat(floats(row, "probabilities")).hasSize(3);

    Dataset<Row> bad =
        frame(
            points,
            List.of(List.of(), List.of(List.of(1f, 2f)), array(clouds.get(1)).subList(0, 7)));
    assertThat(
            scorer
                .transform(bad)
                .select("error")
                .as(org.apache.spark.sql.Encoders.STRING())
                .collectAsList())
        .satisfiesExactly(
            e -> assertThat(e).contains("row 0 of partition 0", "no points"),
            e -> assertThat(e).contains("point 0 has 2 coordinates; expected x, y, z"),
            e -> assertThat(e).contains("row 2", "7"));
  }

  private static List<List<Float>> array(PointCloud cloud) {
    float[] xyz = cloud.xyz();
    return IntStream.range(0, cloud.size())
        .mapToObj(i -> List.of(xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2]))
        .toList();
  }

  @Test
  void rows_that_cannot_be_used_say_why_and_stop_no_other() {
    byte[] good = Fixture.png(Fixture.pictures(1).get(0));
    List<byte[]> values = new ArrayList<>();
    values.add(good);
    values.add(null);
    values.add("no picture".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    values.add(Arrays.copyOf(good, good.length / 2));
    values.add(new byte[0]);
    values.add(good);
    List<Row> rows = scorer().transform(frame(DataTypes.BinaryType, values)).collectAsList();
    assertThat(rows.stream().map(r -> r.<String>getAs("error")).toList())
        .satisfiesExactly(
            e -> assertThat(e).isNull(),
            e -> assertThat(e).contains("row 1 of partition 0", "'content' is null"),
            e -> assertThat(e).contains("row 2 of partition 0"),
            e -> assertThat(e).contains("row 3 of partition 0"),
            e -> assertThat(e).contains("row 4 of partition 0"),
            e -> assertThat(e).isNull());
    assertThat(rows.get(2).isNullAt(rows.get(2).fieldIndex("probabilities"))).isTrue();
    assertThat(rows.get(2).isNullAt(rows.get(2).fieldIndex("prediction"))).isTrue();
    assertThat(floats(rows.get(5), "probabilities"))
        .isEqualTo(floats(rows.get(0), "probabilities"));

    Row lost =
        scorer()
            .transform(frame(DataTypes.StringType, List.of(folder.resolve("lost.png").toString())))
            .first();
    assertThat(lost.<String>getAs("error")).contains("lost.png", "does not exist");
  }

  @Test
  void dense_tasks_give_structs() {
    RgbImage picture = Fixture.pictures(9).get(8);
    Path masks = Fixture.masks(folder.resolve("masks"));
    Path boxes = Fixture.boxes(folder.resolve("boxes"));
    Dataset<Row> frame = frame(DataTypes.BinaryType, Arrays.asList(Fixture.png(picture), null));
    List<Row> masked = scorer().setAdapter(masks.toString()).transform(frame).collectAsList();
    List<Row> boxed =
        scorer()
            .setAdapter(boxes.toString())
            .setMinScore(0)
            .setResultCol("found")
            .transform(frame)
            .collectAsList();
    assertThat(masked.get(1).<String>getAs("error")).contains("is null");
    try (Backbone backbone = Fixture.images();
        AdaptedModel segmenting = AdapterFile.read(masks).attach(backbone);
        AdaptedModel detecting = AdapterFile.read(boxes).attach(backbone)) {
      ClassMask mask = Segmenter.of(segmenting).segment(picture);
      Row found = masked.get(0).getAs("mask");
      assertThat(found.getInt(0)).isEqualTo(40);
      List<Row> segments = found.getList(2);
      assertThat(segments).isNotEmpty();
      double all = 0;
      for (Row segment : segments) {
        int index = segment.getAs("index");
        assertThat(segment.<String>getAs("label")).isEqualTo(Fixture.LABELS.get(index));
        assertThat(RunLength.parse(40, 40, segment.getAs("counts")))
            .isEqualTo(RunLength.of(mask, index));
        all += segment.<Double>getAs("share");
      }
      assertThat(all).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));

      var expected = Detector.of(detecting).detect(picture);
      List<Row> rows = boxed.get(0).getList(boxed.get(0).fieldIndex("found"));
      assertThat(rows).hasSameSizeAs(expected).isNotEmpty();
      assertThat(rows.get(0).<Double>getAs("score")).isEqualTo(expected.get(0).score());
      assertThat(rows.get(0).<Double>getAs("x")).isEqualTo(expected.get(0).place().x1());
      assertThat(rows.get(0).<Double>getAs("height")).isEqualTo(expected.get(0).place().height());
    }
  }

  @Test
  void parts_of_clouds_are_labelled_by_their_category() {
    Path parts = Fixture.parts(folder.resolve("parts"), true);
    PointCloud cloud = FormulaDataset.clouds("shapes:2x2", "train", 1200).sample(0);
    DataType points = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));
    Dataset<Row> frame = frame(points, List.of(array(cloud)));
    AdapterXTransformer scorer =
        scorer().setAdapter(parts.toString()).setBackbone("embedded-points");
    Row row = scorer.setCategory("stool").transform(frame).first();
    assertThat(row.<String>getAs("error")).isNull();
    try (Backbone backbone = Fixture.clouds();
        AdaptedModel model = AdapterFile.read(parts).attach(backbone)) {
      short[] expected = PartLabeller.of(model, "stool").label(cloud);
      List<Short> indices = row.<Row>getAs("parts").getList(0);
      assertThat(indices).hasSize(1200);
      assertThat(IntStream.range(0, 1200).allMatch(i -> indices.get(i) == expected[i])).isTrue();
    }
    assertThatThrownBy(() -> scorer.setCategory("").transform(frame).first())
        .hasStackTraceContaining("one of stool, lamp");
    assertThatThrownBy(() -> scorer.setCategory("stol").transform(frame).first())
        .hasStackTraceContaining("There is no category 'stol'");
  }

  @Test
  void a_pipeline_is_saved_with_its_adapter_and_loaded() throws Exception {
    Path moved = Fixture.classes(folder.resolve("moved"));
    Dataset<Row> rows = contents(3);
    List<Row> expected =
        scorer().setAdapter(moved.toString()).transform(rows).drop("content").collectAsList();
    Pipeline pipeline = new Pipeline();
    pipeline.setStages(new PipelineStage[] {scorer().setAdapter(moved.toString()).setBatchSize(7)});
    Path saved = folder.resolve("saved pipeline");
    pipeline.fit(rows).write().overwrite().save(saved.toString());
    Files.delete(moved.resolve("adapter_config.json")); // the saved one has its own

    PipelineModel loaded = PipelineModel.load(saved.toString());
    AdapterXTransformer stage = (AdapterXTransformer) loaded.stages()[0];
    assertThat(stage.getOrDefault(stage.batchSize())).isEqualTo(7);
    assertThat(stage.labels()).containsExactly("ant", "bee", "cow");
    assertThat(loaded.transform(rows).drop("content").collectAsList()).isEqualTo(expected);

    assertThatThrownBy(
            () ->
                new AdapterXTransformer()
                    .setAdapter("/nowhere")
                    .save(folder.resolve("x").toString()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("There is no adapter in /nowhere");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void what_makes_no_sense_is_said_before_any_task_starts() {
    Dataset<Row> rows = contents(1);
    assertThatThrownBy(() -> scorer().setInputCol("contents").transform(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no column 'contents'")
        .hasMessageContaining("content")
        .hasMessageContaining("id");
    assertThatThrownBy(() -> scorer().setInputCol("id").transform(rows))
        .hasMessageContaining("has the type int; expected string (a path), binary");
    assertThatThrownBy(() -> scorer().setPredictionCol("id").transform(rows))
        .hasMessageContaining("has a column 'id' already");
    assertThatThrownBy(() -> scorer().setPrecision("int8").transform(rows))
        .hasMessageContaining("expected one of [auto, fp32, bf16], found 'int8'");
    assertThatThrownBy(() -> scorer().setBatchSize(0).transform(rows))
        .hasMessageContaining("expected at least 1, found 0");
    assertThatThrownBy(() -> new AdapterXTransformer().transform(rows))
        .hasMessageContaining("set it by setAdapter");
    assertThatThrownBy(() -> scorer().setAdapter(folder.resolve("none").toString()).transform(rows))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("as seen from the driver");
    Path masks = Fixture.masks(folder.resolve("masks2"));
    assertThatThrownBy(
            () -> scorer().setAdapter(masks.toString()).setFeaturesCol("f").transform(rows))
        .hasMessageContaining("featuresCol: features are given for classifications");
  }

  @Test
  void a_backbone_that_does_not_belong_to_the_adapter_is_named() {
    Path other = folder.resolve("tiny");
    try (Backbone tiny = Tiny.vit(Precision.FP32)) {
      Fixture.write(other, tiny, Classification.of(Fixture.LABELS));
    }
    AdapterXTransformer scorer = new AdapterXTransformer().setAdapter(other.toString());
    Dataset<Row> rows = contents(1);
    assertThatThrownBy(() -> scorer.transform(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("trained on 'tiny'; set where executors find it by setBackbone");
    scorer.setBackbone(Backbones.EMBEDDED.get(0));
    assertThatThrownBy(() -> scorer.transform(rows).collectAsList())
        .hasStackTraceContaining("This adapter was trained on the backbone 'tiny'");
    scorer.setBackbone("/nowhere/vit.safetensors");
    assertThatThrownBy(() -> scorer.transform(rows).collectAsList())
        .hasStackTraceContaining("does not exist on this executor");
  }
}
