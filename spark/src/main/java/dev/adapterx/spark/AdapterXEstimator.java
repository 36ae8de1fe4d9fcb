package dev.adapterx.spark;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.model.Backbones;
import dev.adapterx.spark.fit.RankJob;
import dev.adapterx.spark.fit.RankTask;
import dev.adapterx.spark.fit.SampleFolder;
import dev.adapterx.spark.score.BackbonePlace;
import dev.adapterx.spark.score.InputColumn;
import dev.adapterx.spark.score.LibraryVersion;
import dev.adapterx.spark.score.RemoteModel;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Fine-tunes a frozen backbone on the labelled pictures or point clouds of a DataFrame: a stage of
 * Spark ML, whose model is an {@link AdapterXTransformer}.
 *
 * <p>The rows are written once as files into a folder that all machines share, named by their
 * content; then {@code numTasks} ranks train together as tasks of a barrier stage. What comes out
 * is an ordinary run folder, {@code workDir/run}, with report, adapter and checkpoints. When an
 * executor is lost, all ranks go on from the last checkpoint, and the result has the same bits.
 *
 * <pre>{@code
 * var model = new AdapterXEstimator()
 *     .setBackbone("embedded").setWorkDir("/shared/birds").setNumTasks(2)
 *     .setSettings(new String[] {"train.epochs=20", "train.lr=0.01"})
 *     .fit(pictures);   // columns content and label
 * }</pre>
 */
public final class AdapterXEstimator extends Estimator<AdapterXTransformer>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;
  private static final int PATIENCE_SECONDS = 120;

  private final String uid;
  private final Param<String> backbone;
  private final Param<String> method;
  private final Param<String> recipe;
  private final StringArrayParam settings;
  private final Param<String> inputCol;
  private final Param<String> labelCol;
  private final Param<String> validationIndicatorCol;
  private final Param<String> workDir;
  private final IntParam numTasks;
  private final IntParam maxAttempts;
  private final IntParam timeoutSeconds;
  private final BooleanParam clouds;
  private final BooleanParam resume;

  /** Without a backbone and a folder. */
  public AdapterXEstimator() {
    this(Identifiable$.MODULE$.randomUID("adapterxEstimator"));
  }

  /**
   * Without a backbone and a folder, under a name of its own.
   *
   * @param uid unique in a pipeline
   */
  public AdapterXEstimator(String uid) {
    this.uid = uid;
    backbone =
        text(
            "backbone",
            "weight file or folder that all machines see, name on the hub, embedded or embedded-points");
    method = text("method", "of fine-tuning: a name, or name:preset");
    recipe = text("recipe", "YAML of a recipe; paths in it are absolute");
    settings =
        new StringArrayParam(this, "settings", "changes to the recipe, such as train.epochs=20");
    inputCol =
        text(
            "inputCol",
            "column of paths, contents of files, structs of both, pictures or clouds as arrays");
    labelCol = text("labelCol", "column of classes: strings or numbers");
    validationIndicatorCol =
        text(
            "validationIndicatorCol",
            "boolean column, true for rows that the best epoch is chosen on; empty: none");
    workDir = text("workDir", "folder that driver and executors share under one path");
    numTasks = new IntParam(this, "numTasks", "ranks that train together");
    maxAttempts = new IntParam(this, "maxAttempts", "how often the job is submitted at most");
    timeoutSeconds = new IntParam(this, "timeoutSeconds", "how long ranks wait for each other");
    clouds = new BooleanParam(this, "clouds", "whether samples are point clouds, else pictures");
    resume = new BooleanParam(this, "resume", "whether a fit that was begun in workDir goes on");
    setDefault(method, "adapter-x");
    setDefault(recipe, "");
    setDefault(settings, new String[0]);
    setDefault(inputCol, "content");
    setDefault(labelCol, "label");
    setDefault(validationIndicatorCol, "");
    setDefault(numTasks, 1);
    setDefault(maxAttempts, 2);
    setDefault(timeoutSeconds, PATIENCE_SECONDS);
    setDefault(clouds, false);
    setDefault(resume, false);
  }

  private Param<String> text(String name, String meaning) {
    return new Param<>(this, name, meaning);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Where executors find the backbone. */
  public Param<String> backbone() {
    return backbone;
  }

  /** Method of fine-tuning. */
  public Param<String> method() {
    return method;
  }

  /** YAML of a recipe. */
  public Param<String> recipe() {
    return recipe;
  }

  /** Changes to the recipe. */
  public StringArrayParam settings() {
    return settings;
  }

  /** The column of samples. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The column of classes. */
  public Param<String> labelCol() {
    return labelCol;
  }

  /** The column that is true for validation. */
  public Param<String> validationIndicatorCol() {
    return validationIndicatorCol;
  }

  /** The folder that all machines share. */
  public Param<String> workDir() {
    return workDir;
  }

  /** Ranks that train together. */
  public IntParam numTasks() {
    return numTasks;
  }

  /** How often the job is submitted at most. */
  public IntParam maxAttempts() {
    return maxAttempts;
  }

  /** How long ranks wait for each other. */
  public IntParam timeoutSeconds() {
    return timeoutSeconds;
  }

  /** Whether samples are point clouds. */
  public BooleanParam clouds() {
    return clouds;
  }

  /** Whether a fit that was begun goes on. */
  public BooleanParam resume() {
    return resume;
  }

  /** See {@link #backbone()}. */
  public AdapterXEstimator setBackbone(String place) {
    set(backbone, place);
    return this;
  }

  /** See {@link #method()}. */
  public AdapterXEstimator setMethod(String name) {
    set(method, name);
    return this;
  }

  /** See {@link #recipe()}. */
  public AdapterXEstimator setRecipe(String yaml) {
    set(recipe, yaml);
    return this;
  }

  /** See {@link #settings()}. */
  public AdapterXEstimator setSettings(String[] changes) {
    set(settings, changes);
    return this;
  }

  /** See {@link #settings()}; the form that Python's lists take. */
  public AdapterXEstimator setSettings(List<String> changes) {
    return setSettings(changes.toArray(String[]::new));
  }

  /** See {@link #inputCol()}. */
  public AdapterXEstimator setInputCol(String name) {
    set(inputCol, name);
    return this;
  }

  /** See {@link #labelCol()}. */
  public AdapterXEstimator setLabelCol(String name) {
    set(labelCol, name);
    return this;
  }

  /** See {@link #validationIndicatorCol()}. */
  public AdapterXEstimator setValidationIndicatorCol(String name) {
    set(validationIndicatorCol, name);
    return this;
  }

  /** See {@link #workDir()}. */
  public AdapterXEstimator setWorkDir(String folder) {
    set(workDir, folder);
    return this;
  }

  /** See {@link #numTasks()}. */
  public AdapterXEstimator setNumTasks(int ranks) {
    set(numTasks, (Object) ranks);
    return this;
  }

  /** See {@link #maxAttempts()}. */
  public AdapterXEstimator setMaxAttempts(int attempts) {
    set(maxAttempts, (Object) attempts);
    return this;
  }

  /** See {@link #timeoutSeconds()}. */
  public AdapterXEstimator setTimeoutSeconds(int seconds) {
    set(timeoutSeconds, (Object) seconds);
    return this;
  }

  /** See {@link #clouds()}. */
  public AdapterXEstimator setClouds(boolean points) {
    set(clouds, (Object) points);
    return this;
  }

  /** See {@link #resume()}. */
  public AdapterXEstimator setResume(boolean begun) {
    set(resume, (Object) begun);
    return this;
  }

  private <T> T value(Param<?> param, Class<T> type) {
    return type.cast(getOrDefault(param));
  }

  /**
   * The columns that the model adds to those of the training are told by the model itself.
   *
   * @throws ConfigException when a column is missing or of another type
   */
  @Override
  public StructType transformSchema(StructType schema) {
    columns(schema);
    return schema
        .add("prediction", DataTypes.StringType)
        .add("probability", DataTypes.DoubleType)
        .add("probabilities", DataTypes.createArrayType(DataTypes.FloatType, false))
        .add("error", DataTypes.StringType);
  }

  private SampleFolder.Columns columns(StructType schema) {
    boolean points = value(clouds, Boolean.class);
    InputColumn input = InputColumn.of(schema, $(inputCol), points);
    int label = index(schema, "labelCol", $(labelCol));
    DataType type = schema.fields()[label].dataType();
    if (!(type instanceof StringType) && !(type instanceof NumericType)) {
      throw new ConfigException(
          "labelCol: the column '%s' has the type %s; expected string or a number"
              .formatted($(labelCol), type.simpleString()));
    }
    int validation = -1;
    if (!$(validationIndicatorCol).isEmpty()) {
      validation = index(schema, "validationIndicatorCol", $(validationIndicatorCol));
      if (!(schema.fields()[validation].dataType() instanceof BooleanType)) {
        throw new ConfigException(
            "validationIndicatorCol: the column '%s' has the type %s; expected boolean"
                .formatted(
                    $(validationIndicatorCol),
                    schema.fields()[validation].dataType().simpleString()));
      }
    }
    return new SampleFolder.Columns(input, label, $(labelCol), validation);
  }

  private static int index(StructType schema, String param, String name) {
    List<String> columns = Arrays.asList(schema.fieldNames());
    int index = columns.indexOf(name);
    if (index < 0) {
      throw new ConfigException(
          "%s: there is no column '%s'%s; the DataFrame has %s"
              .formatted(param, name, Names.hint(name, columns), Names.some(columns)));
    }
    return index;
  }

  /** The folder, on every machine under the same path. */
  private Path folder() {
    String text = isDefined(workDir) ? $(workDir) : "";
    if (text.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*") && !text.startsWith("file:")) {
      throw new ConfigException(
          "workDir: "
              + text
              + " is on a file system that trainings cannot lock and map; name a folder that all machines mount under one path (NFS, or a volume of the cluster). DataFrames may come from anywhere");
    }
    Path folder = Path.of(text.replaceFirst("^file:/*", "/"));
    if (text.isBlank() || !folder.isAbsolute()) {
      throw new ConfigException(
          "workDir: expected the absolute path of a folder that driver and executors share, found '"
              + text
              + "'");
    }
    return folder;
  }

  private Recipe recipe(String place, Path data, boolean validation) {
    List<String> keys = new ArrayList<>(List.of($(settings)));
    keys.add("backbone.path='" + place.replace("'", "''") + "'");
    keys.add("data.path='" + data.toString().replace("'", "''") + "'");
    keys.add("data.train=train");
    keys.add("data.test=null");
    boolean held = keys.stream().anyMatch(key -> key.startsWith("data.hold-out="));
    if (validation || !held) {
      keys.add("data.val=" + (validation ? "val" : "null"));
    }
    if (Recipe.keys($(recipe), List.of(), "recipe").path("method").isMissingNode()
        && keys.stream().noneMatch(key -> key.matches("method[=.].*"))) {
      keys.add("method='" + $(method) + "'");
    }
    return Recipe.read($(recipe), keys, "AdapterXEstimator");
  }

  private int atLeastOne(IntParam param) {
    int number = value(param, Integer.class);
    if (number < 1) {
      throw new ConfigException(param.name() + ": expected at least 1, found " + number);
    }
    return number;
  }

  /**
   * Trains; returns when the training is done.
   *
   * @throws ConfigException when a parameter or a column makes no sense, or workDir holds a run
   *     already
   * @throws dev.adapterx.base.DataException when rows cannot be used, naming some
   * @throws dev.adapterx.base.AdapterXException when the training fails, with the rank's reason
   */
  @Override
  public AdapterXTransformer fit(Dataset<?> rows) {
    SparkContext context = rows.sparkSession().sparkContext();
    Configuration hadoop = rows.sparkSession().sessionState().newHadoopConf();
    SampleFolder.Columns columns = columns(rows.schema());
    Path folder = folder();
    Path run = folder.resolve("run");
    SampleFolder data = new SampleFolder(folder.resolve("data"));
    BackbonePlace given = given(hadoop);
    RemoteModel remote = given.remote();
    Path copies = folder.resolve("backbone").resolve(Integer.toHexString($(backbone).hashCode()));
    String place = remote == null ? $(backbone) : remote.in(copies).toString();
    Recipe trained = recipe(place, data.data(), columns.validation() >= 0);
    int ranks = atLeastOne(numTasks);
    int attempts = atLeastOne(maxAttempts);
    int seconds = atLeastOne(timeoutSeconds);
    if (Files.exists(run.resolve("recipe.yaml")) && !value(resume, Boolean.class)) {
      throw new ConfigException(
          "workDir: "
              + run
              + " holds a run already; go on with it by setResume(true), or choose another workDir");
    }
    boolean begun = Files.exists(run.resolve("recipe.yaml"));
    if (remote != null && !(begun && Files.exists(remote.in(copies)))) {
      remote.copyTo(copies, hadoop); // a run that goes on keeps the backbone it began with
    }
    data.write(
        rows.toDF(),
        columns,
        value(clouds, Boolean.class),
        SerializableConfiguration.broadcast(context, hadoop));
    RankTask task =
        new RankTask(LibraryVersion.here(), trained.yaml(), run.toString(), given.bytes(), seconds);
    RankJob.run(context, task, ranks, attempts);
    AdapterXTransformer model =
        new AdapterXTransformer()
            .setAdapter(run.toString())
            .setBackbone($(backbone))
            .setInputCol($(inputCol));
    model.setParent(this);
    return model;
  }

  private BackbonePlace given(Configuration hadoop) {
    if (!isDefined(backbone)) {
      throw new ConfigException(
          "backbone: expected a weight file or its folder, a name on the hub, or one of "
              + Backbones.EMBEDDED
              + "; set it by setBackbone");
    }
    return BackbonePlace.of($(backbone), hadoop);
  }

  @Override
  public AdapterXEstimator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what was saved. */
  public static MLReader<AdapterXEstimator> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what was saved in a folder. */
  public static AdapterXEstimator load(String path) {
    return read().load(path);
  }
}
