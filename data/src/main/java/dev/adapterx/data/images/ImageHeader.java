package dev.adapterx.data.images;

import dev.adapterx.data.image.format.ImageDecoder;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Properties of an image file, read from its first bytes; the extension is ignored.
 *
 * @param format PNG, JPEG, GIF, BMP, WebP, TIFF or PNM
 * @param mode grey, grey+alpha, palette, RGB, RGBA or CMYK
 */
public record ImageHeader(String format, String mode, int width, int height) {
  private static final int LONGEST = 30;
  private static final String PNM_GAP = "(?:\\s|#[^\\n\\r]*[\\n\\r])+";
  private static final Pattern PNM =
      Pattern.compile("P[1-6]" + PNM_GAP + "(\\d{1,9})" + PNM_GAP + "(\\d{1,9})\\s");

  /** The header of a file; empty for an unknown format. */
  public static Optional<ImageHeader> of(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      Optional<ImageHeader> header = read(in);
      return header.isPresent() ? header : TiffHeader.of(file);
    }
  }

  /** Approximate heap bytes that decoding a file needs; 0 if they do not follow from the header. */
  public static long memory(Path file) {
    try {
      return memory(of(file), Files.size(file));
    } catch (IOException e) {
      return 0; // its reader reports the error
    }
  }

  /** The same of a file's content. */
  public static long memory(byte[] content) {
    return memory(of(content), content.length);
  }

  /** The header of a file's content; empty for an unknown format. */
  public static Optional<ImageHeader> of(byte[] content) {
    try {
      Optional<ImageHeader> header = read(new ByteArrayInputStream(content));
      return header.isPresent() ? header : TiffHeader.of(content);
    } catch (IOException e) {
      return Optional.empty(); // its reader reports why
    }
  }

  private static long memory(Optional<ImageHeader> header, long bytes) {
    return header.map(h -> ImageDecoder.memory(h.format, h.width, h.height, bytes)).orElse(0L);
  }

  /** Reads as far as needed; empty for an unknown format. */
  static Optional<ImageHeader> read(InputStream in) throws IOException {
    byte[] start = in.readNBytes(2);
    if (start.length == 2 && (start[0] & 0xFF) == 0xFF && (start[1] & 0xFF) == 0xD8) {
      return jpeg(new DataInputStream(in));
    }
    ByteBuffer bytes = ByteBuffer.wrap(new byte[LONGEST]).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(start).put(in.readNBytes(LONGEST - 2)).rewind();
    String magic = new String(bytes.array(), StandardCharsets.ISO_8859_1);
    if (magic.startsWith("\u0089PNG\r\n\u001A\n")) {
      return Optional.of(png(bytes));
    }
    if (magic.startsWith("GIF8")) {
      return Optional.of(new ImageHeader("GIF", "palette", bytes.getChar(6), bytes.getChar(8)));
    }
    if (magic.startsWith("BM")) {
      String mode = bytes.getChar(28) <= 8 ? "palette" : bytes.getChar(28) == 32 ? "RGBA" : "RGB";
      return Optional.of(
          new ImageHeader("BMP", mode, bytes.getInt(18), Math.abs(bytes.getInt(22))));
    }
    if (magic.matches("(?s)P[1-6][\\s#].*")) {
      return pnm(magic, in);
    }
    return magic.startsWith("RIFF") && magic.startsWith("WEBP", 8)
        ? webp(magic.substring(12, 16), bytes)
        : Optional.empty();
  }

  private static ImageHeader png(ByteBuffer bytes) {
    bytes.order(ByteOrder.BIG_ENDIAN);
    String mode =
        switch (bytes.get(25)) {
          case 0 -> "grey";
          case 3 -> "palette";
          case 4 -> "grey+alpha";
          case 6 -> "RGBA";
          default -> "RGB";
        };
    return new ImageHeader("PNG", mode, bytes.getInt(16), bytes.getInt(20));
  }

  /** Width and height after comments; the first kilobyte holds them. */
  private static Optional<ImageHeader> pnm(String start, InputStream in) throws IOException {
    String text = start + new String(in.readNBytes(1024), StandardCharsets.ISO_8859_1);
    Matcher size = PNM.matcher(text);
    String mode = "36".indexOf(text.charAt(1)) >= 0 ? "RGB" : "grey";
    return size.lookingAt()
        ? Optional.of(
            new ImageHeader(
                "PNM", mode, Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))))
        : Optional.empty();
  }

  /** Skips the segments before the frame header (ITU T.81, B.1.1). */
  private static Optional<ImageHeader> jpeg(DataInputStream in) throws IOException {
    try {
      while (true) {
        int marker = in.readUnsignedByte();
        if (marker != 0xFF) {
          return Optional.empty();
        }
        while (marker == 0xFF) {
          marker = in.readUnsignedByte();
        }
        int length = in.readUnsignedShort() - 2;
        boolean frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) {
          in.readUnsignedByte();
          int height = in.readUnsignedShort();
          int width = in.readUnsignedShort();
          int components = in.readUnsignedByte();
          String mode = components == 1 ? "grey" : components == 4 ? "CMYK" : "RGB";
          return Optional.of(new ImageHeader("JPEG", mode, width, height));
        }
        in.skipNBytes(Math.max(0, length));
      }
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  private static Optional<ImageHeader> webp(String chunk, ByteBuffer bytes) {
    return switch (chunk) {
      case "VP8 " ->
          Optional.of(
              new ImageHeader(
                  "WebP", "RGB", bytes.getChar(26) & 0x3FFF, bytes.getChar(28) & 0x3FFF));
      case "VP8L" -> {
        int bits = bytes.getInt(21);
        String mode = (bits >>> 28 & 1) == 1 ? "RGBA" : "RGB";
        yield Optional.of(
            new ImageHeader("WebP", mode, (bits & 0x3FFF) + 1, (bits >>> 14 & 0x3FFF) + 1));
      }
      case "VP8X" -> {
        String mode = (bytes.get(20) & 0x10) != 0 ? "RGBA" : "RGB";
        int width = (bytes.getInt(24) & 0xFFFFFF) + 1;
        int height = (bytes.getInt(26) >>> 8) + 1;
        yield Optional.of(new ImageHeader("WebP", mode, width, height));
      }
      default -> Optional.empty();
    };
  }
}
