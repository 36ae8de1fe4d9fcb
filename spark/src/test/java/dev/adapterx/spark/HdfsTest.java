package dev.adapterx.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.model.Backbones;
import dev.adapterx.spark.score.RemoteModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything on HDFS: name node and data node of this JVM, spoken to over their sockets. */
class HdfsTest {
  private static final int PICTURES = 5;

  @TempDir static Path folder;
  private static MiniDFSCluster hdfs;
  private static SparkSession spark;
  private static String root;

  @BeforeAll
  static void cluster() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    configuration.setInt("dfs.replication", 1);
    configuration.set("hadoop.tmp.dir", folder.resolve("tmp").toString());
    hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    spark = Sparks.local();
    root = hdfs.getURI().toString();
    List<RgbImage> pictures = Fixture.pictures(PICTURES);
    for (int i = 0; i < PICTURES; i++) {
      put("/pictures/" + i + " of 5.png", Fixture.png(pictures.get(i)));
    }
    Path adapter = Fixture.classes(folder.resolve("adapter"));
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      put("/models/birds/" + file, Files.readAllBytes(adapter.resolve(file)));
    }
    put("/models/vit.safetensors", weights());
  }

  private static byte[] weights() throws IOException {
    try (InputStream in =
        Backbones.class.getResourceAsStream("vit_formula_patch8_64.safetensors")) {
      return in.readAllBytes();
    }
  }

  @AfterAll
  static void end() {
    hdfs.shutdown(true);
  }

  private static void put(String place, byte[] content) throws IOException {
    FileSystem files = hdfs.getFileSystem();
    try (OutputStream out = files.create(new org.apache.hadoop.fs.Path(place))) {
      out.write(content);
    }
  }

  private static AdapterXTransformer scorer() {
    return new AdapterXTransformer()
        .setAdapter(root + "/models/birds")
        .setBackbone(root + "/models/vit.safetensors")
        .setPrecision("fp32");
  }

  private static List<List<Float>> probabilities(Dataset<Row> scored) {
    List<List<Float>> all = new ArrayList<>();
    for (Row row : scored.collectAsList()) {
      assertThat(row.<String>getAs("error")).isNull();
      all.add(row.getList(row.fieldIndex("probabilities")));
    }
    return all;
  }

  private static Dataset<Row> contents() {
    return spark
        .read()
        .format("binaryFile")
        .load(root + "/pictures")
        .select("path", "content")
        .orderBy("path")
        .coalesce(1);
  }

  @Test
  void adapter_backbone_and_pictures_lie_there_and_answers_go_there() {
    List<List<Float>> expected =
        probabilities(
            scorer()
                .setAdapter(folder.resolve("adapter").toString())
                .setBackbone("embedded")
                .transform(contents()));
    assertThat(probabilities(scorer().transform(contents()))).isEqualTo(expected);

    Dataset<Row> paths = contents().select(functions.col("path").as("content"));
    assertThat(probabilities(scorer().transform(paths))).isEqualTo(expected);

    contents().write().parquet(root + "/pictures.parquet");
    Dataset<Row> stored = spark.read().parquet(root + "/pictures.parquet").orderBy("path");
    scorer().transform(stored.coalesce(1)).write().parquet(root + "/answers");
    assertThat(probabilities(spark.read().parquet(root + "/answers").orderBy("path")))
        .isEqualTo(expected);
  }

  @Test
  void a_pipeline_is_saved_there_and_read_from_there() throws IOException {
    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {scorer()}).fit(contents().limit(1));
    model.write().save(root + "/pipelines/birds");
    assertThat(probabilities(PipelineModel.load(root + "/pipelines/birds").transform(contents())))
        .isEqualTo(probabilities(scorer().transform(contents())));
  }

  @Test
  void a_file_that_is_not_there_is_an_entry_in_its_row() {
    StructType schema = new StructType().add("content", "string");
    List<Row> rows =
        List.of(
            RowFactory.create(root + "/pictures/0 of 5.png"),
            RowFactory.create(root + "/pictures/none.png"),
            RowFactory.create("hdfs://127.0.0.1:1/pictures/0.png"),
            RowFactory.create("hdsf://127.0.0.1/0.png"));
    List<String> errors =
        scorer()
            .transform(spark.createDataFrame(rows, schema))
            .select("error")
            .as(org.apache.spark.sql.Encoders.STRING())
            .collectAsList();
    assertThat(errors.get(0)).isNull();
    assertThat(errors.subList(1, 4))
        .satisfiesExactly(
            e -> assertThat(e).contains("/pictures/none.png", "does not exist"),
            e -> assertThat(e).contains("127.0.0.1:1", "Connection refused"),
            e -> assertThat(e).contains("No FileSystem for scheme", "hdsf"));
  }

  @Test
  void what_is_not_there_ends_the_job_at_the_driver() {
    assertThatThrownBy(() -> scorer().setAdapter(root + "/models/none").transform(contents()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("There is no adapter in " + root + "/models/none");
    AdapterXTransformer none = scorer().setBackbone(root + "/models/none.safetensors");
    assertThatThrownBy(() -> none.transform(contents()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("backbone: could not read " + root + "/models/none.safetensors")
        .hasMessageContaining("does not exist");
  }

  /** Two models of one name; what lies beside a model's weights describes it. */
  @Test
  void a_folder_is_a_model_with_its_description() throws IOException {
    byte[] weights;
    try (InputStream in =
        Backbones.class.getResourceAsStream("vit_formula_patch8_64.safetensors")) {
      weights = in.readAllBytes();
    }
    put("/models/one/model.safetensors", weights);
    put("/models/two/model.safetensors", weights);
    put("/models/two/config.json", "{\"num_attention_heads\": ".getBytes(UTF_8));
    put("/models/empty/notes.txt", new byte[1]);
    assertThat(probabilities(scorer().setBackbone(root + "/models/one").transform(contents())))
        .isEqualTo(probabilities(scorer().transform(contents())));
    Dataset<Row> two = scorer().setBackbone(root + "/models/two").transform(contents());
    assertThatThrownBy(two::collectAsList).hasStackTraceContaining("config.json");
    assertThatThrownBy(() -> scorer().setBackbone(root + "/models/empty").transform(contents()))
        .hasMessageContaining("/models/empty: no weights in this folder; expected one of model");
  }

  @Test
  void a_file_system_whose_jar_is_missing_is_told() {
    assertThatThrownBy(() -> scorer().setBackbone("s3a://bucket/vit").transform(contents()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("could not read s3a://bucket/vit: s3a: is read by org.apache.hadoop")
        .hasMessageContaining("--packages org.apache.hadoop:hadoop-aws:");
    StructType schema = new StructType().add("content", "string");
    List<Row> rows = List.of(RowFactory.create("s3a://bucket/0.png"));
    Dataset<Row> scored = scorer().transform(spark.createDataFrame(rows, schema));
    assertThat(scored.first().<String>getAs("error")).contains("hadoop-aws");
  }

  @Test
  void what_describes_a_model_is_a_file_and_a_damaged_index_is_named_by_its_place()
      throws IOException {
    put("/models/odd/model.safetensors", weights());
    hdfs.getFileSystem().mkdirs(new org.apache.hadoop.fs.Path("/models/odd/config.json"));
    assertThat(probabilities(scorer().setBackbone(root + "/models/odd").transform(contents())))
        .hasSize(PICTURES);
    String place = root + "/models/torn/model.safetensors.index.json";
    put("/models/torn/model.safetensors.index.json", "{".getBytes(UTF_8));
    assertThatThrownBy(() -> scorer().setBackbone(root + "/models/torn").transform(contents()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("backbone: " + place + ": the index is no valid JSON");
  }

  @Test
  void a_copy_is_what_the_driver_found_or_none() throws IOException {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    put("/models/new/model.safetensors", weights());
    put("/models/new/config.json", "{}".getBytes(UTF_8));
    RemoteModel before = RemoteModel.of(root + "/models/new", hadoop);
    Path copies = folder.resolve("copies");
    assertThat(before.copyTo(copies, hadoop)).hasBinaryContent(weights());
    assertThat(copies.resolve("config.json")).hasContent("{}");

    byte[] changed = weights();
    changed[changed.length - 1]++;
    put("/models/new/model.safetensors", changed);
    assertThatThrownBy(() -> before.copyTo(folder.resolve("others"), hadoop))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors has changed since the job began");
    hdfs.getFileSystem().delete(new org.apache.hadoop.fs.Path("/models/new/config.json"), false);
    RemoteModel after = RemoteModel.of(root + "/models/new", hadoop);
    assertThat(after.copyTo(copies, hadoop)).hasBinaryContent(changed);
    assertThat(copies.resolve("config.json")).doesNotExist();
  }

  @Test
  void a_training_takes_pictures_and_backbone_from_there() throws IOException {
    StructType schema = new StructType().add("content", "string").add("label", "string");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      rows.add(RowFactory.create(root + "/pictures/" + i + " of 5.png", "class " + i % 2));
    }
    AdapterXEstimator estimator =
        new AdapterXEstimator()
            .setBackbone(root + "/models/mine.safetensors")
            .setMethod("linear-probe")
            .setWorkDir(folder.resolve("work").toString())
            .setSettings(new String[] {"train.epochs=1", "train.batch=4", "train.warmup-epochs=0"});
    put("/models/mine.safetensors", weights());
    AdapterXTransformer model = estimator.fit(spark.createDataFrame(rows, schema));
    assertThat(probabilities(model.transform(contents()))).hasSize(PICTURES);

    byte[] others = weights();
    others[others.length - 1]++;
    put("/models/mine.safetensors", others); // the run keeps what it began with
    AdapterXTransformer again = estimator.setResume(true).fit(spark.createDataFrame(rows, schema));
    assertThatThrownBy(() -> again.transform(contents()).collectAsList())
        .hasStackTraceContaining("trained on the backbone");
    assertThatThrownBy(
            () ->
                new AdapterXEstimator()
                    .setBackbone("embedded")
                    .setWorkDir(root + "/work")
                    .fit(spark.createDataFrame(rows, schema)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is on a file system that trainings cannot lock and map");
  }
}
