package dev.adapterx.spark;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.spark.score.AdapterContent;
import dev.adapterx.spark.score.BackbonePlace;
import dev.adapterx.spark.score.InputColumn;
import dev.adapterx.spark.score.LibraryVersion;
import dev.adapterx.spark.score.OutputColumns;
import dev.adapterx.spark.score.RowScorer;
import dev.adapterx.spark.score.ScoringPlan;
import dev.adapterx.tensor.Precision;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.reflect.ClassTag$;

/**
 * Scores pictures or point clouds of a DataFrame with a trained adapter: a stage of Spark ML.
 *
 * <p>The adapter's two files are read on the driver and sent with the job; the backbone is loaded
 * once in each executor, and shared by its tasks and by later jobs. Rows stream through in batches.
 * A row that cannot be used keeps its place: its answers are null, and the error column says why.
 * Only what concerns a whole executor, such as a backbone that is not there, fails a task.
 *
 * <pre>{@code
 * var birds = new AdapterXTransformer().setAdapter("hdfs:///models/birds").setInputCol("content");
 * Dataset<Row> scored = birds.transform(spark.read().format("binaryFile").load("hdfs:///pictures"));
 * }</pre>
 */
public final class AdapterXTransformer extends Model<AdapterXTransformer> implements MLWritable {
  private static final long serialVersionUID = 1;
  private static final int BATCH = 32;
  private static final double SHOWN = 0.3;

  private final String uid;
  private final Param<String> adapter;
  private final Param<String> backbone;
  private final Param<String> precision;
  private final Param<String> inputCol;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;
  private final Param<String> probabilitiesCol;
  private final Param<String> featuresCol;
  private final Param<String> resultCol;
  private final Param<String> errorCol;
  private final Param<String> category;
  private final IntParam batchSize;
  private final DoubleParam minScore;
  private final BooleanParam exifOrientation;

  /** Without an adapter. */
  public AdapterXTransformer() {
    this(Identifiable$.MODULE$.randomUID("adapterx"));
  }

  /**
   * Without an adapter, under a name of its own.
   *
   * @param uid unique in a pipeline
   */
  public AdapterXTransformer(String uid) {
    this.uid = uid;
    adapter = text("adapter", "folder of an adapter or of a run, on any file system of Hadoop");
    backbone =
        text(
            "backbone",
            "weight file or folder that executors see or that a file system of Hadoop has, name on the hub, embedded or embedded-points");
    precision = text("precision", "of the frozen weights: auto, fp32 or bf16");
    inputCol =
        text(
            "inputCol",
            "column of paths, contents of files, structs of both, pictures or clouds as arrays");
    predictionCol = text("predictionCol", "name of the most probable class (string)");
    probabilityCol = text("probabilityCol", "its probability (double)");
    probabilitiesCol = text("probabilitiesCol", "probabilities of all classes (array of float)");
    featuresCol = text("featuresCol", "feature before the head (array of float); empty: none");
    resultCol =
        text("resultCol", "masks, boxes or parts of a dense task; empty: mask, boxes or parts");
    errorCol = text("errorCol", "why a row could not be used (string); null where it could");
    category = text("category", "of all clouds, where the model has to be told; empty: none");
    batchSize = new IntParam(this, "batchSize", "rows that are computed together");
    minScore = new DoubleParam(this, "minScore", "boxes below this score are left out, 0 to 1");
    exifOrientation =
        new BooleanParam(this, "exifOrientation", "whether pictures are turned by their EXIF tags");
    setDefault(precision, "auto");
    setDefault(inputCol, "content");
    setDefault(predictionCol, "prediction");
    setDefault(probabilityCol, "probability");
    setDefault(probabilitiesCol, "probabilities");
    setDefault(featuresCol, "");
    setDefault(resultCol, "");
    setDefault(errorCol, "error");
    setDefault(category, "");
    setDefault(batchSize, BATCH);
    setDefault(minScore, SHOWN);
    setDefault(exifOrientation, true);
  }

  private Param<String> text(String name, String meaning) {
    return new Param<>(this, name, meaning);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Folder of an adapter or of a run, on any file system that Hadoop knows. */
  public Param<String> adapter() {
    return adapter;
  }

  /** Where executors find the backbone. */
  public Param<String> backbone() {
    return backbone;
  }

  /** Of the frozen weights: {@code auto}, {@code fp32} or {@code bf16}. */
  public Param<String> precision() {
    return precision;
  }

  /** The column that is scored. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Column of the most probable class. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** Column of its probability. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** Column of the probabilities of all classes. */
  public Param<String> probabilitiesCol() {
    return probabilitiesCol;
  }

  /** Column of the feature before the head; empty: none. */
  public Param<String> featuresCol() {
    return featuresCol;
  }

  /** Column of what a dense task gives. */
  public Param<String> resultCol() {
    return resultCol;
  }

  /** Column of why a row could not be used. */
  public Param<String> errorCol() {
    return errorCol;
  }

  /** Category of all clouds, where the model has to be told. */
  public Param<String> category() {
    return category;
  }

  /** Rows that are computed together. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Boxes below this score are left out. */
  public DoubleParam minScore() {
    return minScore;
  }

  /** Whether pictures are turned as their EXIF tags say. */
  public BooleanParam exifOrientation() {
    return exifOrientation;
  }

  /** See {@link #adapter()}. */
  public AdapterXTransformer setAdapter(String place) {
    set(adapter, place);
    return this;
  }

  /** See {@link #backbone()}. */
  public AdapterXTransformer setBackbone(String place) {
    set(backbone, place);
    return this;
  }

  /** See {@link #precision()}. */
  public AdapterXTransformer setPrecision(String name) {
    set(precision, name);
    return this;
  }

  /** See {@link #inputCol()}. */
  public AdapterXTransformer setInputCol(String name) {
    set(inputCol, name);
    return this;
  }

  /** See {@link #predictionCol()}. */
  public AdapterXTransformer setPredictionCol(String name) {
    set(predictionCol, name);
    return this;
  }

  /** See {@link #probabilityCol()}. */
  public AdapterXTransformer setProbabilityCol(String name) {
    set(probabilityCol, name);
    return this;
  }

  /** See {@link #probabilitiesCol()}. */
  public AdapterXTransformer setProbabilitiesCol(String name) {
    set(probabilitiesCol, name);
    return this;
  }

  /** See {@link #featuresCol()}. */
  public AdapterXTransformer setFeaturesCol(String name) {
    set(featuresCol, name);
    return this;
  }

  /** See {@link #resultCol()}. */
  public AdapterXTransformer setResultCol(String name) {
    set(resultCol, name);
    return this;
  }

  /** See {@link #errorCol()}. */
  public AdapterXTransformer setErrorCol(String name) {
    set(errorCol, name);
    return this;
  }

  /** See {@link #category()}. */
  public AdapterXTransformer setCategory(String name) {
    set(category, name);
    return this;
  }

  /** See {@link #batchSize()}. */
  public AdapterXTransformer setBatchSize(int rows) {
    set(batchSize, (Object) rows);
    return this;
  }

  /** See {@link #minScore()}. */
  public AdapterXTransformer setMinScore(double least) {
    set(minScore, (Object) least);
    return this;
  }

  /** See {@link #exifOrientation()}. */
  public AdapterXTransformer setExifOrientation(boolean turned) {
    set(exifOrientation, (Object) turned);
    return this;
  }

  /**
   * The names of the classes, in the order of the probabilities.
   *
   * @throws dev.adapterx.base.CheckpointException when there is no adapter
   */
  public String[] labels() {
    return content(hadoop()).parsed().task().labels().toArray(String[]::new);
  }

  private static Configuration hadoop() {
    return SparkSession.active().sessionState().newHadoopConf();
  }

  AdapterContent content(Configuration hadoop) {
    if (!isDefined(adapter)) {
      throw new ConfigException(
          "adapter: expected the folder of an adapter or of a run; set it by setAdapter");
    }
    return AdapterContent.read($(adapter), hadoop);
  }

  private OutputColumns output(AdapterFile file) {
    return OutputColumns.of(
        file.task(),
        new OutputColumns.Names(
            $(predictionCol),
            $(probabilityCol),
            $(probabilitiesCol),
            $(featuresCol),
            $(resultCol),
            $(errorCol)));
  }

  private InputColumn input(StructType schema, AdapterFile file) {
    return InputColumn.of(schema, $(inputCol), file.preprocessing() instanceof PointPreprocessing);
  }

  /**
   * The schema with the columns that are added.
   *
   * @throws ConfigException when the input column is missing or of another type, or a column to be
   *     added is there
   */
  @Override
  public StructType transformSchema(StructType schema) {
    AdapterFile file = content(hadoop()).parsed();
    input(schema, file);
    return output(file).added(schema);
  }

  /**
   * Adds the columns of the answers; computed when Spark needs them.
   *
   * @throws ConfigException when a parameter or a column makes no sense
   * @throws dev.adapterx.base.CheckpointException when there is no adapter, or it is damaged
   */
  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    SparkContext context = rows.sparkSession().sparkContext();
    Configuration hadoop = rows.sparkSession().sessionState().newHadoopConf();
    AdapterContent content = content(hadoop);
    AdapterFile file = content.parsed();
    OutputColumns output = output(file);
    StructType schema = output.added(rows.schema());
    ScoringPlan plan =
        new ScoringPlan(
            LibraryVersion.here(),
            BackbonePlace.of(backboneOf(file), hadoop),
            broadcast(context, content),
            precisionNamed(),
            input(rows.schema(), file),
            output,
            atLeastOne(),
            (boolean) getOrDefault((Param<?>) exifOrientation),
            (double) getOrDefault((Param<?>) minScore),
            $(category),
            SerializableConfiguration.broadcast(context, hadoop));
    return rows.toDF().mapPartitions(new RowScorer(plan), Encoders.row(schema));
  }

  private static org.apache.spark.broadcast.Broadcast<AdapterContent> broadcast(
      SparkContext context, AdapterContent content) {
    return context.broadcast(content, ClassTag$.MODULE$.apply(AdapterContent.class));
  }

  private String backboneOf(AdapterFile file) {
    if (isDefined(backbone)) {
      return $(backbone);
    }
    throw new ConfigException(
        "backbone: the adapter was trained on '"
            + file.backbone()
            + "'; set where executors find it by setBackbone: a weight file or its folder, a name on the hub, embedded or embedded-points");
  }

  private int atLeastOne() {
    int rows = (int) getOrDefault((Param<?>) batchSize);
    if (rows < 1) {
      throw new ConfigException("batchSize: expected at least 1, found " + rows);
    }
    return rows;
  }

  private Precision precisionNamed() {
    return switch ($(precision).toLowerCase(Locale.ROOT)) {
      case "auto" -> Precision.AUTO;
      case "fp32" -> Precision.FP32;
      case "bf16" -> Precision.BF16;
      default ->
          throw new ConfigException(
              "precision: expected one of "
                  + List.of("auto", "fp32", "bf16")
                  + ", found '"
                  + $(precision)
                  + "'");
    };
  }

  @Override
  public AdapterXTransformer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Writes parameters and adapter: what is saved needs nothing but the backbone. */
  @Override
  public MLWriter write() {
    return new TransformerFiles.Writer(this);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<AdapterXTransformer> read() {
    return new TransformerFiles.Reader();
  }

  /** Reads what was saved in a folder. */
  public static AdapterXTransformer load(String path) {
    return read().load(path);
  }
}
