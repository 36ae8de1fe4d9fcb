package dev.adapterx.spark.score;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * The column that is scored.
 *
 * @param index in a row
 * @param path index of a column of paths beside it, by which messages and formats without a
 *     signature are told; -1: none
 */
public record InputColumn(String name, int index, Form form, int path) implements Serializable {
  private static final long serialVersionUID = 1;

  /** The column that Spark's own readers of files put beside their content. */
  private static final String PATH = "path";

  /** What a column holds. */
  public enum Form {
    /** Paths of any file system that Hadoop knows. */
    PATH,
    /** Contents of files. */
    CONTENT,
    /** Rows of {@code binaryFile}: path and content. */
    FILE,
    /** Spark's own pictures: blue, green, red. */
    IMAGE,
    /** Pixels as rows of columns of red, green, blue from 0 to 255. */
    PIXELS,
    /** Points as (x, y, z). */
    POINTS
  }

  /**
   * Finds the column.
   *
   * @param clouds whether point clouds are scored, else pictures
   * @throws ConfigException when there is none of the name, or it holds something else
   */
  public static InputColumn of(StructType schema, String name, boolean clouds) {
    List<String> columns = Arrays.asList(schema.fieldNames());
    int index = columns.indexOf(name);
    if (index < 0) {
      throw new ConfigException(
          "inputCol: there is no column '%s'%s; the DataFrame has %s"
              .formatted(name, Names.hint(name, columns), Names.some(columns)));
    }
    DataType type = schema.fields()[index].dataType();
    Form form = form(type, clouds);
    if (form == null) {
      throw new ConfigException(
          "inputCol: the column '%s' has the type %s; expected string (a path), binary (the content of a file), a struct of path and content, %s"
              .formatted(
                  name,
                  type.simpleString(),
                  clouds
                      ? "or array<array<float>> (points, x y z each)"
                      : "Spark's image struct, or array<array<array<int>>> (rows of pixels of red, green, blue)"));
    }
    int path = columns.indexOf(PATH);
    boolean usable =
        form == Form.CONTENT && path >= 0 && schema.fields()[path].dataType() instanceof StringType;
    return new InputColumn(name, index, form, usable ? path : -1);
  }

  private static @org.jspecify.annotations.Nullable Form form(DataType type, boolean clouds) {
    if (type instanceof StringType) {
      return Form.PATH;
    }
    if (type instanceof BinaryType) {
      return Form.CONTENT;
    }
    if (type instanceof StructType struct) {
      List<String> fields = Arrays.asList(struct.fieldNames());
      if (fields.contains("content")
          && struct.apply("content").dataType() instanceof BinaryType
          && (!fields.contains(PATH) || struct.apply(PATH).dataType() instanceof StringType)) {
        return Form.FILE;
      }
      boolean image =
          fields.containsAll(List.of("origin", "height", "width", "nChannels", "mode", "data"));
      return image && !clouds ? Form.IMAGE : null;
    }
    DataType inner = type;
    int depth = 0;
    while (inner instanceof ArrayType array) {
      inner = array.elementType();
      depth++;
    }
    if (!(inner instanceof NumericType) || depth != (clouds ? 2 : 3)) {
      return null;
    }
    return clouds ? Form.POINTS : Form.PIXELS;
  }
}
