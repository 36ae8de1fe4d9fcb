package dev.adapterx.spark.score;

import dev.adapterx.base.ConfigException;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Task;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that scoring adds, in this order: those of the task, then the error.
 *
 * @param kind of task
 * @param names of the task's columns and of the error's, in the order of the fields
 * @param features whether the third column of a classification is the feature
 */
public record OutputColumns(Kind kind, List<String> names, boolean features)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** What a model gives. */
  public enum Kind {
    CLASSES,
    MASK,
    BOXES,
    POINTS
  }

  /**
   * The names that a user chose.
   *
   * @param features empty: no features
   * @param result of the one column of dense tasks; empty: {@code mask}, {@code boxes} or {@code
   *     parts}
   */
  public record Names(
      String prediction,
      String probability,
      String probabilities,
      String features,
      String result,
      String error) {}

  public OutputColumns {
    names = new ArrayList<>(names); // not List.copyOf: sent to executors
  }

  /**
   * Of a task.
   *
   * @throws ConfigException when no columns are known for it
   */
  public static OutputColumns of(Task<?, ?> task, Names names) {
    if (task instanceof Classification) {
      List<String> own =
          new ArrayList<>(List.of(names.prediction, names.probability, names.probabilities));
      boolean features = !names.features.isEmpty();
      if (features) {
        own.add(names.features);
      }
      own.add(names.error);
      return new OutputColumns(Kind.CLASSES, own, features);
    }
    if (!names.features.isEmpty()) {
      throw new ConfigException(
          "featuresCol: features are given for classifications; the adapter's task is "
              + task.name());
    }
    Kind kind =
        task instanceof Segmentation
            ? Kind.MASK
            : task instanceof Detection
                ? Kind.BOXES
                : task instanceof PartSegmentation ? Kind.POINTS : null;
    if (kind == null) {
      throw new ConfigException(
          "The adapter's task '"
              + task.name()
              + "' is scored on Spark by nothing known here; known: classification, "
              + String.join(", ", Segmentation.NAME, Detection.NAME, PartSegmentation.NAME));
    }
    String byDefault =
        switch (kind) {
          case MASK -> "mask";
          case BOXES -> "boxes";
          default -> "parts";
        };
    String result = names.result.isEmpty() ? byDefault : names.result;
    return new OutputColumns(kind, List.of(result, names.error), false);
  }

  /**
   * A schema with these columns behind its own.
   *
   * @throws ConfigException when it has one of them already, or two have one name
   */
  public StructType added(StructType schema) {
    StructType out = schema;
    List<DataType> types = types();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (Arrays.asList(out.fieldNames()).contains(name)) {
        throw new ConfigException(
            "The DataFrame has a column '"
                + name
                + "' already, which scoring would add; drop it, or choose another name by predictionCol, probabilityCol, probabilitiesCol, featuresCol, resultCol or errorCol");
      }
      out = out.add(name, types.get(i), true);
    }
    return out;
  }

  private List<DataType> types() {
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType, false);
    List<DataType> types = new ArrayList<>();
    switch (kind) {
      case CLASSES -> {
        types.add(DataTypes.StringType);
        types.add(DataTypes.DoubleType);
        types.add(floats);
        if (features) {
          types.add(floats);
        }
      }
      case MASK -> types.add(MASK);
      case BOXES -> types.add(DataTypes.createArrayType(BOX, false));
      case POINTS -> types.add(PARTS);
    }
    types.add(DataTypes.StringType);
    return types;
  }

  private static StructType struct(StructField... fields) {
    return new StructType(fields);
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, false);
  }

  /** How much of a picture or a cloud has a class. */
  static final StructType SHARE =
      struct(
          field("label", DataTypes.StringType),
          field("index", DataTypes.IntegerType),
          field("share", DataTypes.DoubleType));

  /** A class in a mask; {@code counts} are COCO's compressed run lengths. */
  static final StructType SEGMENT = SHARE.add(field("counts", DataTypes.StringType));

  static final StructType MASK =
      struct(
          field("width", DataTypes.IntegerType),
          field("height", DataTypes.IntegerType),
          field("segments", DataTypes.createArrayType(SEGMENT, false)));

  /** From the top left corner, in pixels of the picture. */
  static final StructType BOX =
      struct(
          field("label", DataTypes.StringType),
          field("index", DataTypes.IntegerType),
          field("score", DataTypes.DoubleType),
          field("x", DataTypes.DoubleType),
          field("y", DataTypes.DoubleType),
          field("width", DataTypes.DoubleType),
          field("height", DataTypes.DoubleType));

  static final StructType PARTS =
      struct(
          field("indices", DataTypes.createArrayType(DataTypes.ShortType, false)),
          field("shares", DataTypes.createArrayType(SHARE, false)));
}
