package dev.adapterx.data.points.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The same cloud, the corners of a tetrahedron, written in every format by hand. */
final class SampleFiles {
  static final double[] XYZ = {0, 0, 0, 1, 0, 0, 0.5, 2, -0.25, 0.125, 0.25, 3};

  private SampleFiles() {}

  static Map<String, byte[]> clouds() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.off", Clouds.bytes("OFF\n4 0 0\n" + lines("", " ")));
    files.put("a.xyz", Clouds.bytes(lines("", " ")));
    files.put("a.csv", Clouds.bytes("x,y,z\n" + lines("", ",")));
    files.put("a.obj", Clouds.bytes(lines("v ", " ")));
    files.put("ascii.ply", Clouds.bytes(plyHeader("ascii") + lines("", " ")));
    files.put("little.ply", ply(Bytes.little(), "binary_little_endian"));
    files.put("big.ply", ply(Bytes.big(), "binary_big_endian"));
    files.put("ascii.pcd", Clouds.bytes(pcdHeader("ascii") + lines("", " ")));
    files.put("binary.pcd", Bytes.little().text(pcdHeader("binary")).f4(XYZ).done());
    files.put("compressed.pcd", compressedPcd());
    files.put("f4.npy", npy(Bytes.little(), "'<f4'", false).f4(XYZ).done());
    files.put("f8.npy", npy(Bytes.big(), "'>f8'", false).f8(XYZ).done());
    files.put("fortran.npy", npy(Bytes.little(), "'<f4'", true).f4(columns()).done());
    files.put("f2.npy", half());
    files.put("12.las", las(2));
    files.put("binary.off", Bytes.big().text("OFF BINARY\n").u4(4, 0, 0).f4(XYZ).done());
    files.put("a.bin", scan(4));
    files.put("a.pcd.bin", scan(5));
    files.put("a.npz", npz("label", "points"));
    files.put("14.las", las(4));
    return files;
  }

  static Map<String, byte[]> meshes() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("mesh.off", Clouds.bytes("OFF\n4 2 0\n" + lines("", " ") + "3 0 1 2\n4 0 1 2 3\n"));
    files.put(
        "counts.off", Clouds.bytes("4 2 5\n" + lines("", " ") + "3 0 1 2\n4 0 1 2 3 7 7 7\n"));
    files.put("strips.ply", strips());
    files.put(
        "continued.obj",
        Clouds.bytes(
            lines("v ", " ").replace(" 0.0\n", " \\\r\n0.0\n") + "f 1 2 \\\n3\nf 1 2 3 4\n"));
    files.put(
        "coloured.obj",
        Clouds.bytes(lines("v ", " ").replace("\n", " 0.5 1 0 0\n") + "f 1 2 3\nf 1 2 3 4\n"));
    files.put(
        "colours.off",
        Bytes.big()
            .text("STCNOFF BINARY\n")
            .u4(4, 2, 0)
            .raw(wide(9))
            .u4(3, 0, 1, 2, 3)
            .f4(1, 0, 0)
            .u4(4, 0, 1, 2, 3, 0)
            .done());
    files.put("mesh.obj", Clouds.bytes(lines("v ", " ") + "f 1/1/1 2//2 3/3\nf -4 -3 -2 -1\n"));
    String faces = "element face 2\nproperty list uchar int vertex_indices\nend_header\n";
    files.put(
        "mesh.ply",
        Clouds.bytes(
            plyHeader("ascii").replace("end_header\n", faces)
                + lines("", " ")
                + "3 0 1 2\n4 0 1 2 3\n"));
    files.put(
        "binary.ply",
        Bytes.little()
            .text(plyHeader("binary_little_endian").replace("end_header\n", faces))
            .f4(XYZ)
            .u1(3)
            .u4(0, 1, 2)
            .u1(4)
            .u4(0, 1, 2, 3)
            .done());
    return files;
  }

  /** Formats without corners that triangles share, or with marks of their own. */
  static Map<String, byte[]> triangles() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder("solid a name\n");
    for (int t = 0; t < 2; t++) {
      text.append(" facet normal 0 0 0\n  outer loop\n");
      for (int i = 0; i < 3; i++) {
        text.append("   vertex ").append(XYZ[3 * i + 3 * t]).append(' ');
        text.append(XYZ[3 * i + 3 * t + 1]).append(' ').append(XYZ[3 * i + 3 * t + 2]).append('\n');
      }
      text.append("  endloop\n endfacet\n");
    }
    files.put("text.stl", Clouds.bytes(text + "endsolid a name\n"));
    files.put("binary.stl", stl("exported by hand"));
    files.put("solid.stl", stl("solid exported by hand"));
    return files;
  }

  private static byte[] stl(String header) {
    Bytes stl = Bytes.little().text(header).zeros(80 - header.length()).u4(2);
    for (int t = 0; t < 2; t++) {
      stl.zeros(12).f4(Arrays.copyOfRange(XYZ, 3 * t, 3 * t + 9)).u2(0);
    }
    return stl.done();
  }

  private static byte[] scan(int columns) {
    Bytes scan = Bytes.little();
    for (int i = 0; i < 4; i++) {
      scan.f4(Arrays.copyOfRange(XYZ, 3 * i, 3 * i + 3)).f4(new double[columns - 3]);
    }
    return scan.done();
  }

  static byte[] npz(String... names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name + ".npy"));
        double[] values = name.equals("label") ? new double[12] : XYZ;
        zip.write(npy(Bytes.little(), "'<f8'", false).f8(values).done());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The strips 0 1 2, -1, 0 1 2 3 would have another triangle: written as three strips. */
  private static byte[] strips() {
    String elements = "element tristrips 1\nproperty list int int vertex_indices\nend_header\n";
    return Bytes.big()
        .text(plyHeader("binary_big_endian").replace("end_header\n", elements))
        .f4(XYZ)
        .u4(11, 0, 1, 2, -1, 0, 1, 2, -1, 0, 2, 3)
        .done();
  }

  private static byte[] wide(int more) {
    Bytes vertices = Bytes.big();
    for (int i = 0; i < 4; i++) {
      vertices.f4(Arrays.copyOfRange(XYZ, 3 * i, 3 * i + 3)).f4(new double[more]);
    }
    return vertices.done();
  }

  /** Points 2 and 4 hold NaN, infinity or what single precision cannot hold. */
  static Map<String, byte[]> gaps() {
    double nan = Double.NaN;
    double inf = Double.NEGATIVE_INFINITY;
    double[] xyz = {0, 0, 0, nan, nan, nan, 0.5, 2, -0.25, 0.125, inf, 3};
    double[] columns = {0, nan, 0.5, 0.125, 0, nan, 2, inf, 0, nan, -0.25, 3};
    String lines = "0 0 0\nNaN nan -nan\n0.5 2 -0.25\n0.125 1e39 3\n";
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.off", Clouds.bytes("OFF\n4 0 0\n" + lines));
    files.put("a.xyz", Clouds.bytes(lines));
    files.put("a.csv", Clouds.bytes("x,y,z\n0,0,0\n,,\n0.5,2,-0.25\n0.125,NA,3\n"));
    files.put("a.obj", Clouds.bytes("v " + lines.strip().replace("\n", "\nv ") + "\n"));
    files.put("ascii.ply", Clouds.bytes(plyHeader("ascii") + lines));
    files.put("little.ply", Bytes.little().text(plyHeader("binary_little_endian")).f4(xyz).done());
    files.put("ascii.pcd", Clouds.bytes(pcdHeader("ascii") + lines));
    files.put(
        "organised.pcd",
        Bytes.little()
            .text(pcdHeader("binary").replace("WIDTH 4\nHEIGHT 1", "WIDTH 2\nHEIGHT 2"))
            .f4(xyz)
            .done());
    files.put("f4.npy", npy(Bytes.little(), "'<f4'", false).f4(xyz).done());
    files.put("fortran.npy", npy(Bytes.big(), "'>f8'", true).f8(columns).done());
    return files;
  }

  /** UTM: easting, northing, height. */
  static final double[] MAP = {
    512345.672,
    5412345.673,
    312.401,
    512346.123,
    5412347.011,
    318.402,
    512344.987,
    5412344.5,
    315.125,
    512345.333,
    5412346.789,
    316.003
  };

  static Map<String, byte[]> maps() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    Bytes las = lasHeader(2, 4, 0.001, 512000, 5412000, 0);
    for (int i = 0; i < 12; i++) {
      text.append(MAP[i]).append(i % 3 == 2 ? '\n' : ' ');
      las.u4(Math.round((MAP[i] - new double[] {512000, 5412000, 0}[i % 3]) * 1000));
      las.zeros(i % 3 == 2 ? 8 : 0);
    }
    files.put("a.xyz", Clouds.bytes(text.toString()));
    files.put("a.las", las.done());
    files.put("a.npy", npy(Bytes.little(), "'<f8'", false).f8(MAP).done());
    files.put(
        "a.ply",
        Bytes.big().text(plyHeader("binary_big_endian").replace("float", "double")).f8(MAP).done());
    files.put(
        "a.pcd",
        Bytes.little()
            .text(pcdHeader("binary").replace("SIZE 4 4 4", "SIZE 8 8 8"))
            .f8(MAP)
            .done());
    files.put("a.off", Clouds.bytes("OFF\n4 0 0\n" + text));
    files.put("a.obj", Clouds.bytes("v " + text.toString().strip().replace("\n", "\nv ")));
    return files;
  }

  private static Bytes lasHeader(int minor, long points, double scale, double... offset) {
    int header = minor == 4 ? 375 : 227;
    int record = minor == 4 ? 30 : 20;
    Bytes las = Bytes.little().text("LASF").zeros(20).u1(1, minor).zeros(68);
    las.u2(header).u4(header).u4(0).u1(minor == 4 ? 6 : 0).u2(record).u4(minor == 4 ? 0 : points);
    las.zeros(20).f8(scale, scale, scale).f8(offset).zeros(48);
    return minor == 4 ? las.zeros(20).u8(points).zeros(120) : las;
  }

  static String pcdHeader(String data) {
    return """
        # .PCD v0.7 - Point Cloud Data file format
        VERSION 0.7
        FIELDS x y z
        SIZE 4 4 4
        TYPE F F F
        COUNT 1 1 1
        WIDTH 4
        HEIGHT 1
        VIEWPOINT 0 0 0 1 0 0 0
        POINTS 4
        DATA\s"""
        + data
        + "\n";
  }

  static Bytes npy(Bytes bytes, String descr, boolean fortran) {
    String dict =
        "{'descr': %s, 'fortran_order': %s, 'shape': (4, 3), }\n"
            .formatted(descr, fortran ? "True" : "False");
    return bytes.u1(0x93).text("NUMPY").u1(1, 0, dict.length(), 0).text(dict);
  }

  /** Version 1.{@code minor}: eighths of a unit behind an offset of (0, 0, 1). */
  static byte[] las(int minor) {
    int record = minor == 4 ? 30 : 20;
    Bytes las = lasHeader(minor, 4, 0.125, 0, 0, 1);
    for (int i = 0; i < 4; i++) {
      las.u4((long) (8 * XYZ[3 * i]), (long) (8 * XYZ[3 * i + 1]), (long) (8 * XYZ[3 * i + 2] - 8));
      las.zeros(record - 12);
    }
    return las.done();
  }

  /** By columns; the twelve zero bytes of the first points' x are one run that repeats itself. */
  private static byte[] compressedPcd() {
    byte[] plain = Bytes.little().f4(columns()).done();
    Bytes packed = Bytes.little();
    packed.u1(0, 0); // one byte as it is: 0
    packed.u1(1 << 5, 0); // three more, from one byte back
    packed.u1(31).raw(Arrays.copyOfRange(plain, 4, 36));
    packed.u1(11).raw(Arrays.copyOfRange(plain, 36, 48));
    byte[] data = packed.done();
    return Bytes.little()
        .text(pcdHeader("binary_compressed"))
        .u4(data.length, plain.length)
        .raw(data)
        .done();
  }

  private static byte[] ply(Bytes bytes, String format) {
    return bytes.text(plyHeader(format)).f4(XYZ).done();
  }

  static String plyHeader(String format) {
    return """
        ply
        format %s 1.0
        comment by hand
        element vertex 4
        property float x
        property float y
        property float z
        end_header
        """
        .formatted(format);
  }

  /** The numbers of {@link #XYZ} in half precision, from the standard's tables. */
  private static byte[] half() {
    int[] bits = {
      0, 0, 0, 0x3C00, 0, 0, 0x3800, 0x4000, 0xB400, 0x3000, 0x3400, 0x4200,
    };
    return npy(Bytes.little(), "'<f2'", false).u2(bits).done();
  }

  private static double[] columns() {
    double[] columns = new double[12];
    for (int i = 0; i < 12; i++) {
      columns[i] = XYZ[3 * (i % 4) + i / 4];
    }
    return columns;
  }

  private static String lines(String before, String between) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      lines.append(before).append(XYZ[3 * i]).append(between).append(XYZ[3 * i + 1]);
      lines.append(between).append(XYZ[3 * i + 2]).append('\n');
    }
    return lines.toString();
  }
}
