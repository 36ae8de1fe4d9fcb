package dev.adapterx.spark.score;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Item;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Makes samples of the values of a column. What is wrong with a value is said when the item is
 * read, and ends in the error column.
 *
 * @param <S> pictures or clouds
 */
final class RowReader<S> {
  /** More than one array holds. */
  private static final long MOST_BYTES = 1L << 30;

  private final InputColumn column;
  private final Input<S> input;
  private final Configuration hadoop;
  private final String place;
  private long next;

  /**
   * @param place of the rows, for messages: {@code partition 3}
   */
  RowReader(InputColumn column, Input<S> input, Configuration hadoop, String place) {
    this.column = column;
    this.input = input;
    this.hadoop = hadoop;
    this.place = place;
  }

  /** The sample of the next row. */
  Item<S> item(Row row) {
    String here = "row " + next++ + " of " + place;
    int at = column.index();
    if (row.isNullAt(at)) {
      return broken(here, "the column '" + column.name() + "' is null");
    }
    return switch (column.form()) {
      case PATH -> {
        String file = row.getString(at);
        yield Item.of(file, () -> input.decode(bytes(file, hadoop), base(file)));
      }
      case CONTENT -> {
        int path = column.path();
        String beside = path >= 0 && !row.isNullAt(path) ? row.getString(path) : here;
        yield content(beside, (byte[]) row.get(at));
      }
      case FILE -> {
        Row struct = row.getStruct(at);
        String name = text(struct, "path", here);
        byte[] content = struct.getAs("content");
        yield content == null ? broken(name, "its content is null") : content(name, content);
      }
      case IMAGE -> {
        Row image = row.getStruct(at);
        yield Item.of(text(image, "origin", here), () -> cast(picture(image, here)));
      }
      case PIXELS -> {
        List<?> rows = row.getList(at);
        yield Item.of(here, () -> cast(picture(rows, here)));
      }
      case POINTS -> {
        List<?> points = row.getList(at);
        yield Item.of(here, () -> cast(cloud(points, here)));
      }
    };
  }

  private static <S> Item<S> broken(String name, String why) {
    return Item.of(
        name,
        () -> {
          throw new DataException(name + ": " + why);
        });
  }

  private Item<S> content(String name, byte[] content) {
    return Item.of(name, input.memory(content), () -> input.decode(content, base(name)));
  }

  private S cast(Object sample) {
    return input.type().cast(sample);
  }

  /** Without the folder, as readers of files want it. */
  private static String base(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String text(Row row, String field, String otherwise) {
    int at = List.of(row.schema().fieldNames()).indexOf(field);
    return at < 0 || row.isNullAt(at) || row.getString(at).isEmpty()
        ? otherwise
        : row.getString(at);
  }

  static byte[] bytes(String file, Configuration hadoop) {
    try {
      Path path = new Path(file);
      FileSystem system = HadoopFiles.of(path, hadoop);
      long length = system.getFileStatus(path).getLen();
      if (length > MOST_BYTES) {
        throw new DataException(
            "%s has %,d bytes, more than the %,d that are read of a file"
                .formatted(file, length, MOST_BYTES));
      }
      byte[] content = new byte[(int) length];
      try (InputStream in = system.open(path)) {
        int read = in.readNBytes(content, 0, content.length);
        if (read < content.length) {
          throw new DataException(
              "%s ends after %,d of %,d bytes".formatted(file, read, content.length));
        }
      }
      return content;
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException("Could not read " + file + ": " + HadoopFiles.reason(e), e);
    }
  }

  /** Of Spark's reader: 8 bits, one, three or four channels, blue first. */
  static RgbImage picture(Row image, String here) {
    int height = image.<Integer>getAs("height");
    int width = image.<Integer>getAs("width");
    int channels = image.<Integer>getAs("nChannels");
    int mode = image.<Integer>getAs("mode");
    byte[] data = image.getAs("data");
    if (data == null || mode < 0 || height < 1 || width < 1) {
      throw new DataException(here + ": Spark could not decode this picture");
    }
    boolean bytes = mode % 8 == 0; // OpenCV's code of the depth: 8 bits, unsigned
    if (!bytes || (channels != 1 && channels != 3 && channels != 4)) {
      throw new DataException(
          "%s: expected a picture of 8 bits and 1, 3 or 4 channels, found mode %d with %d channels"
              .formatted(here, mode, channels));
    }
    if (data.length != (long) height * width * channels) {
      throw new DataException(
          "%s: a picture of %d x %d pixels with %d channels has %,d bytes, found %,d"
              .formatted(
                  here, width, height, channels, (long) height * width * channels, data.length));
    }
    byte[] pixels = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      for (int c = 0; c < 3; c++) {
        pixels[3 * i + c] = data[i * channels + (channels == 1 ? 0 : 2 - c)];
      }
    }
    return new RgbImage(width, height, pixels);
  }

  static RgbImage picture(List<?> rows, String here) {
    int height = rows.size();
    int width = height == 0 ? 0 : list(rows.get(0), here, "row 0").size();
    if (width == 0) {
      throw new DataException(here + ": the picture has no pixels");
    }
    byte[] pixels = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int next = 0;
    for (int y = 0; y < height; y++) {
      List<?> line = list(rows.get(y), here, "row " + y);
      if (line.size() != width) {
        throw new DataException(
            "%s: row %d of the picture has %d pixels, row 0 has %d"
                .formatted(here, y, line.size(), width));
      }
      for (int x = 0; x < width; x++) {
        String pixel = "pixel (" + x + ", " + y + ")";
        List<?> channels = list(line.get(x), here, pixel);
        if (channels.size() != 3) {
          throw new DataException(
              "%s: %s has %d channels; expected red, green, blue"
                  .formatted(here, pixel, channels.size()));
        }
        for (int c = 0; c < 3; c++) {
          pixels[next++] = eight(channels.get(c), here, pixel);
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }

  /** Signed bytes, as some write them, are taken as their bits. */
  private static byte eight(@Nullable Object value, String here, String pixel) {
    double number = number(value, here, pixel);
    boolean signed = value instanceof Byte;
    if (!signed && (number < 0 || number > 255 || number != Math.rint(number))) {
      throw new DataException(
          "%s: %s has the value %s; expected whole numbers from 0 to 255"
              .formatted(here, pixel, value));
    }
    return (byte) number;
  }

  static PointCloud cloud(List<?> points, String here) {
    float[] xyz = new float[Math.multiplyExact(3, points.size())];
    for (int i = 0; i < points.size(); i++) {
      String point = "point " + i;
      List<?> coordinates = list(points.get(i), here, point);
      if (coordinates.size() < 3) {
        throw new DataException(
            "%s: %s has %d coordinates; expected x, y, z"
                .formatted(here, point, coordinates.size()));
      }
      for (int c = 0; c < 3; c++) {
        xyz[3 * i + c] = (float) number(coordinates.get(c), here, point);
      }
    }
    if (xyz.length == 0) {
      throw new DataException(here + ": the cloud has no points");
    }
    return new PointCloud(xyz);
  }

  private static List<?> list(@Nullable Object value, String here, String what) {
    if (value instanceof scala.collection.Seq<?> seq) {
      return scala.jdk.javaapi.CollectionConverters.asJava(seq);
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new DataException(here + ": " + what + " is " + value);
  }

  private static double number(@Nullable Object value, String here, String what) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new DataException(here + ": " + what + " has the value " + value);
  }
}
