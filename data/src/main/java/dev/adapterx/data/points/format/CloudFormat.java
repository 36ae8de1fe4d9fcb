package dev.adapterx.data.points.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The supported formats: recognised by signature, if they have one, else by extension. */
enum CloudFormat {
  OFF("(\u00EF\u00BB\u00BF)?(ST)?C?N?4?n?OFF([\\s\\d].*)?", "off"),
  PLY("ply[\\r\\n].*", "ply"),
  PCD("(# \\.PCD|VERSION |FIELDS ).*", "pcd"),
  NPY("\\u0093NUMPY.*", "npy"),
  LAS("LASF.*", "las laz"),
  STL("\\s*solid\\s.*", "stl"),
  OBJ(CloudFormat.NOTHING, "obj"),
  NPZ(CloudFormat.NOTHING, "npz"),
  SCAN(CloudFormat.NOTHING, "bin"),
  XYZ(CloudFormat.NOTHING, "xyz txt asc pts csv xyzn xyzrgb xyzi");

  /** How many bytes of a file are inspected. */
  static final int HEAD = 64;

  private static final String NOTHING = "(?!)";

  private final Pattern magic;
  private final String extensions;

  CloudFormat(String magic, String extensions) {
    this.magic = Pattern.compile(magic, Pattern.DOTALL);
    this.extensions = extensions;
  }

  static List<String> allExtensions() {
    return Arrays.stream(values()).flatMap(f -> f.extensions().stream()).toList();
  }

  static Optional<CloudFormat> of(byte[] head, String name) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(f -> f.magic.matcher(text).matches())
        .findFirst()
        .or(() -> ofExtension(name));
  }

  static Optional<CloudFormat> ofExtension(String name) {
    int dot = name.lastIndexOf('.');
    String extension = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(f -> dot >= 0 && f.extensions().contains(extension))
        .findFirst();
  }

  /** Reads a file from its first byte to its last, with labels of the formats that have them. */
  Mesh read(Source source, String name, LabelColumn label) throws IOException {
    return switch (this) {
      case OFF -> OffFile.read(source);
      case PLY -> PlyFile.read(source, label);
      case PCD -> PcdFile.read(source, label);
      case NPY -> NpyFile.read(source, label);
      case LAS -> LasFile.read(source, label);
      case STL -> StlFile.read(source);
      case OBJ -> ObjFile.read(source);
      case NPZ -> NpzFile.read(source, label);
      case SCAN -> ScanFile.read(source, name);
      case XYZ -> XyzFile.read(source, label);
    };
  }

  /** Whether the header says that points have labels. */
  boolean hasLabels(Source source, LabelColumn label) throws IOException {
    return switch (this) {
      case PLY -> PlyFile.hasLabels(source, label);
      case PCD -> PcdFile.hasLabels(source, label);
      default -> false;
    };
  }

  private List<String> extensions() {
    return List.of(extensions.split(" ", -1));
  }
}
