package dev.adapterx.spark.score;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.format.CloudFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/**
 * A row's sample as a file that a training reads: contents as they are, pixels as PNG, points as
 * NPY, both without loss.
 *
 * @param extension without the dot
 */
@SuppressWarnings("ArrayRecordComponent") // a file's content
public record StoredSample(byte[] content, String extension) {
  /** First bytes of pictures, in hexadecimal. */
  private static final Map<String, String> SIGNATURES =
      Map.of(
          "89504e47", "png",
          "ffd8ff", "jpg",
          "47494638", "gif",
          "49492a00", "tif",
          "4d4d002a", "tif",
          "52494646", "webp",
          "424d", "bmp");

  /**
   * Of a row.
   *
   * @param clouds whether the samples are point clouds, else pictures
   * @param here what messages call the row
   * @throws DataException when there is none, saying why
   */
  public static StoredSample of(
      Row row, InputColumn column, boolean clouds, Configuration hadoop, String here) {
    int at = column.index();
    if (row.isNullAt(at)) {
      throw new DataException(here + ": the column '" + column.name() + "' is null");
    }
    return switch (column.form()) {
      case PATH -> {
        String file = row.getString(at);
        yield named(RowReader.bytes(file, hadoop), file, clouds, here);
      }
      case CONTENT ->
          named(
              (byte[]) row.get(at),
              column.path() >= 0 && !row.isNullAt(column.path())
                  ? row.getString(column.path())
                  : "",
              clouds,
              here);
      case FILE -> {
        Row struct = row.getStruct(at);
        byte[] content = struct.getAs("content");
        if (content == null) {
          throw new DataException(here + ": its content is null");
        }
        yield named(content, RowReader.text(struct, "path", ""), clouds, here);
      }
      case IMAGE -> png(RowReader.picture(row.getStruct(at), here));
      case PIXELS -> png(RowReader.picture(row.getList(at), here));
      case POINTS -> npy(RowReader.cloud(row.getList(at), here).xyz());
    };
  }

  private static StoredSample named(byte[] content, String name, boolean clouds, String here) {
    if (!clouds) {
      return new StoredSample(content, pictures(content, name));
    }
    String file = name.substring(name.lastIndexOf('/') + 1);
    if (file.isEmpty() || !CloudFile.isKnown(Path.of(file))) {
      throw new DataException(
          here
              + ": the format of its cloud is not known"
              + (file.isEmpty() ? "" : " by the name " + file)
              + "; give paths, or a column 'path' beside the contents, that end in one of "
              + String.join(", ", CloudFile.extensions()));
    }
    return new StoredSample(content, extension(file));
  }

  private static String extension(String file) {
    return file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** By the first bytes, else by the name; what is no picture is found when it is decoded. */
  private static String pictures(byte[] content, String name) {
    String head = HexFormat.of().formatHex(Arrays.copyOf(content, Math.min(content.length, 8)));
    for (Map.Entry<String, String> signature : SIGNATURES.entrySet()) {
      if (head.startsWith(signature.getKey())) {
        return signature.getValue();
      }
    }
    return name.matches(".*\\.(jpe?g|png|webp|bmp|gif|tiff?)") ? extension(name) : "png";
  }

  private static StoredSample png(RgbImage picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        image.setRGB(
            x, y, picture.at(x, y, 0) << 16 | picture.at(x, y, 1) << 8 | picture.at(x, y, 2));
      }
    }
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", out);
      return new StoredSample(out.toByteArray(), "png");
    } catch (IOException e) {
      throw new IllegalStateException(e); // into memory
    }
  }

  /** NumPy's format 1.0: the header is padded to a multiple of 64 bytes. */
  private static StoredSample npy(float[] xyz) {
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 3), }".formatted(xyz.length / 3);
    int length = (10 + text.length() + 1 + 63) / 64 * 64;
    String padded = text + " ".repeat(length - 10 - text.length() - 1) + "\n";
    ByteBuffer all =
        ByteBuffer.allocate(length + Float.BYTES * xyz.length).order(ByteOrder.LITTLE_ENDIAN);
    all.put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 0);
    all.putShort((short) padded.length()).put(padded.getBytes(StandardCharsets.US_ASCII));
    all.asFloatBuffer().put(xyz);
    return new StoredSample(all.array(), "npy");
  }
}
