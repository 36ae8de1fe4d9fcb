package dev.adapterx.data.points.format;

import static dev.adapterx.data.points.format.Clouds.refused;
import static dev.adapterx.data.points.format.Clouds.same;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlyFileTest {
  private static final String RICH =
      """
      ply
      format %s 1.0
      comment elements, lists and types that are passed over
      obj_info by hand
      element camera 1
      property double fov
      property list uint8 int16 path
      element face 1
      property uchar red
      property list ushort uint vertex_index
      property list char double weights
      element vertex 3
      property uchar red
      property double z
      property list uchar float tags
      property short y
      property int8 x
      element edge 2
      property int a
      end_header
      """;

  @Test
  void ascii_passes_over_what_it_does_not_need() throws IOException {
    String body =
        "60 2 7 8\n9 3 2 1 0 1 0.5\n1 -0.5 0 300 -1\n1 2.5 1 9 -4 5\n1 0 2 9 9 0 7\n1\n2\n";
    rich(PlyFile.read(Source.of(Clouds.bytes(RICH.formatted("ascii") + body)), LabelColumn.NONE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void binary_passes_over_what_it_does_not_need(boolean big) throws IOException {
    Bytes ply = big ? Bytes.big() : Bytes.little();
    ply.text(RICH.formatted(big ? "binary_big_endian" : "binary_little_endian"));
    ply.f8(60).u1(2).u2(7, 8);
    ply.u1(9).u2(3).u4(2, 1, 0).u1(1).f8(0.5);
    ply.u1(1).f8(-0.5).u1(0).u2(300).u1(-1);
    ply.u1(1).f8(2.5).u1(1).f4(9).u2(-4).u1(5);
    ply.u1(1).f8(0).u1(2).f4(9, 9).u2(0).u1(7);
    rich(PlyFile.read(Source.of(ply.u4(1, 2).done()), LabelColumn.NONE));
  }

  @Test
  void binary_behind_windows_lines_begins_after_the_line_feed() throws IOException {
    String header =
        "ply\r\nformat binary_little_endian 1.0\r\nelement vertex 1\r\nproperty uchar x\r\n"
            + "property uchar y\r\nproperty uchar z\r\nend_header\r\n";
    byte[] content = Bytes.little().text(header).u1('\n', '\r', '\n').done();
    same(PlyFile.read(Source.of(content), LabelColumn.NONE).vertices(), 10, 13, 10);
    byte[] unix = Bytes.little().text(header.replace("\r", "")).u1('\n', '\r', '\n').done();
    same(PlyFile.read(Source.of(unix), LabelColumn.NONE).vertices(), 10, 13, 10);
    byte[] mac = Bytes.little().text(header.replace("\n", "")).u1('\n', '\r', '\n').done();
    same(PlyFile.read(Source.of(mac), LabelColumn.NONE).vertices(), 10, 13, 10);
  }

  @Test
  void all_types_are_read_with_their_sign() {
    String header =
        "ply\nformat binary_little_endian 1.0\nelement vertex 2\nproperty %s x\nproperty %s y\n"
            + "property %s z\nend_header\n";
    same(
        Clouds.points(
            "a.ply",
            Bytes.little()
                .text(header.formatted("char", "uchar", "short"))
                .u1(0xFF, 0xFF)
                .u2(0xFFFF)
                .u1(0x7F, 0x7F)
                .u2(0x7FFF)
                .done()),
        -1,
        255,
        -1,
        127,
        127,
        32767);
    same(
        Clouds.points(
            "a.ply",
            Bytes.little()
                .text(header.formatted("uint16", "int32", "uint32"))
                .u2(0xFFFF)
                .u4(-2, 4_294_967_040L)
                .u2(1)
                .u4(65536, 0)
                .done()),
        65535,
        -2,
        4_294_967_040L,
        1,
        65536,
        0);
  }

  static Stream<String[]> broken() {
    String types =
        "char, double, float, float32, float64, int, int16, int32, int8, short, uchar, uint,"
            + " uint16, uint32, uint8, ushort";
    return Stream.of(
        of("plx\n", "line 1: expected 'ply', found 'plx'"),
        of(
            "ply\nformat ascii 1.0\nelement vertex 1\n",
            "its header has no end; it is cut off: fetch or write it again"),
        of(
            "ply\nelement vertex 1\nend_header\n",
            "its header has no 'format' line; write the file again"),
        of(
            "ply\nformat text 1.0\n",
            "line 2: expected format ascii, binary_little_endian or binary_big_endian, found"
                + " 'format text 1.0'"),
        of(
            "ply\nformat ascii 1.0\nfoo\n",
            "line 3: expected format, element, property or end_header, found 'foo'"),
        of(
            "ply\nformat ascii 1.0\nelement vertex\n",
            "line 3: expected 'element NAME COUNT', found 'element vertex'"),
        of(
            "ply\nformat ascii 1.0\nelement vertex x\n",
            "line 3: field 3 is 'x', expected a whole number"),
        of(
            "ply\nformat ascii 1.0\nelement vertex -1\n",
            "the header promises -1 of the element 'vertex', expected 0 to 50000000: it is"
                + " damaged; write the file again"),
        of(
            "ply\nformat ascii 1.0\nelement vertex 2000000000\n",
            "the header promises 2000000000 of the element 'vertex', expected 0 to 50000000: it"
                + " is damaged, or the file must be thinned out or cut in pieces"),
        of(
            "ply\nformat ascii 1.0\nelement a 1\nelement a 1\n",
            "line 4: this element is declared for the second time, found 'element a 1'"),
        of(
            "ply\nformat ascii 1.0\nproperty float x\n",
            "line 3: expected an element before its properties, found 'property float x'"),
        of(
            "ply\nformat ascii 1.0\nelement a 1\nproperty flout x\n",
            "line 4: 'flout' is no type of PLY; known: " + types + "; did you mean 'float'?"),
        of(
            "ply\nformat ascii 1.0\nelement a 1\nproperty list list uchar int x\n",
            "line 4: expected 'property TYPE NAME' or 'property list TYPE TYPE NAME', found"
                + " 'property list list uchar int x'"),
        of(
            "ply\nformat ascii 1.0\nelement a 1\nproperty list float int x\n",
            "line 4: the number of a list's items must be of a whole type, found 'property list"
                + " float int x'"),
        of(
            "ply\nformat ascii 1.0\nelement a 1\nend_header\n1\n",
            "its header has no element 'vertex'; it is no file of points"),
        of(
            vertex(1, "x", "y") + "1 2\n",
            "its vertices have the properties x, y, expected x, y and z to be among them"),
        of(vertex(0, "x", "y", "z"), "it holds no points; expected at least one. Remove the file"),
        of(
            vertex(3, "x", "y", "z") + "1 2 3\n4 5 6\n",
            "expected 3 of the element 'vertex', found 2: it ends at byte 112. It is cut off;"
                + " fetch or write it again"),
        of(
            vertex(1, "x", "y", "z") + "1 2\n",
            "line 8: 2 numbers, expected at least 3 according to the header. Write the file again"),
        of(
            vertex(1, "x", "y", "z") + "1 2 \u0000\u0001\n",
            "line 8: field 3 is binary data, expected a number"),
        of(
            vertex(1, "x", "y", "z") + "1 nan 3\n",
            "none of its 1 points has finite coordinates below 3.4e38; remove the file"),
        of(
            face("list uchar int corners", "3 0 0 0"),
            "its faces have the properties corners, expected a list vertex_indices among them"),
        of(
            face("list uchar int vertex_indices", "-3 0 0 0"),
            "a list 'vertex_indices' promises -3.0 items, expected a count; it is damaged: write"
                + " it again"),
        of(
            face("list uchar int vertex_indices", "3 0 0"),
            "line 11: 3 numbers, expected at least 4 according to the header. Write the file again"),
        of(
            face("list uchar int vertex_indices", "3 0 0 .5"),
            "face 1 (counted from 1) has 0.5 as a corner, expected the number of a vertex"),
        of(
            face("list uchar int vertex_indices", "3 0 0 1"),
            "face 1 (counted from 1) has vertex 1 as a corner; the file has 1 vertices, numbered"
                + " 0 to 0. It is damaged; write it again"),
        of(
            face("list uchar int corners", "1 0").replace("face", "tristrips"),
            "its triangle strips have the properties corners, expected a list vertex_indices among"
                + " them"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_broken_is_said(String content, String message) {
    refused("a.ply", content, message);
  }

  @Test
  void binary_that_ends_early_says_where() {
    String header = vertex(3, "x", "y", "z").replace("ascii", "binary_big_endian");
    byte[] content = Bytes.big().text(header).f4(1, 2, 3, 4, 5).done();
    refused(
        "a.ply",
        content,
        "expected 3 of the element 'vertex', found 1: it ends at byte "
            + content.length
            + ". It is cut off; fetch or write it again");
    String extra =
        header.replace("element vertex", "element other 1000000\nproperty int a\nelement vertex");
    byte[] skipped = Bytes.big().text(extra).u4(1, 2, 3).done();
    refused(
        "a.ply",
        skipped,
        "expected 1000000 of the element 'other', found 3: it ends at byte "
            + (skipped.length)
            + ". It is cut off; fetch or write it again");
  }

  private static void rich(Mesh mesh) {
    same(mesh.vertices(), -1, 300, -0.5, 5, -4, 2.5, 7, 0, 0);
    assertThat(mesh.triangles()).containsExactly(2, 1, 0);
  }

  private static String vertex(int count, String... properties) {
    return "ply\nformat ascii 1.0\nelement vertex "
        + count
        + "\nproperty float "
        + String.join("\nproperty float ", properties)
        + "\nend_header\n";
  }

  private static String face(String property, String line) {
    return vertex(1, "x", "y", "z")
            .replace("end_", "element face 1\nproperty " + property + "\nend_")
        + "0 0 0\n"
        + line
        + "\n";
  }

  private static String[] of(String content, String message) {
    return new String[] {content, message};
  }
}
