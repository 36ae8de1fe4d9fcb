package dev.adapterx.data.points.format;

import static dev.adapterx.data.points.format.Clouds.points;
import static dev.adapterx.data.points.format.Clouds.refused;
import static dev.adapterx.data.points.format.Clouds.same;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffFileTest {
  private static final String BODY =
      """
      0 0 0
      1 0 0
      1 2 0
      0 2 .5e0
      4 0 1 2 3
      3 0 2 3
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OFF\n4 2 0\n",
        "OFF\n4 2\n",
        "OFF 4 2 0\n",
        "OFF4 2 0\n",
        "OFF\r\n4 2 0\r\n",
        "OFF\r4 2 0\r",
        "# a comment\nOFF # another\n\n4 2 0 # numbers\n\n",
        "COFF\n4 2 0\n",
        "STCNOFF\n4 2 0\n"
      })
  void headers_of_all_kinds_give_the_same_mesh(String header) throws IOException {
    Mesh mesh = mesh(header + BODY);
    same(mesh.vertices(), 0, 0, 0, 1, 0, 0, 1, 2, 0, 0, 2, 0.5);
    assertThat(mesh.triangles()).containsExactly(0, 1, 2, 0, 2, 3, 0, 2, 3);
    assertThat(mesh.faces()).isEqualTo(2);
  }

  @Test
  void colours_behind_the_numbers_are_passed_over() throws IOException {
    Mesh mesh =
        mesh("COFF\n3 1 0\n0 0 0 255 0 0 1\n1 0 0 0 0 0 1\n0 1 0 0 0 0 1\n3 2 1 0 0.1 0.2 0.3\n");
    same(mesh.vertices(), 0, 0, 0, 1, 0, 0, 0, 1, 0);
    assertThat(mesh.triangles()).containsExactly(2, 1, 0);
  }

  @Test
  void without_faces_the_vertices_are_the_cloud() {
    same(points("a.off", "OFF\n2 0 0\n1 2 3\n-4 5e1 6.25\n"), 1, 2, 3, -4, 50, 6.25);
  }

  @Test
  void faces_of_two_corners_are_no_triangles() throws IOException {
    Mesh mesh = mesh("OFF\n3 2 0\n0 0 0\n1 0 0\n0 1 0\n2 0 1\n3 0 1 2\n");
    assertThat(mesh.triangles()).containsExactly(0, 1, 2);
    assertThat(mesh.faces()).isEqualTo(2);
  }

  static Stream<String[]> broken() {
    return Stream.of(
        of("PLY", "line 1: expected 'OFF', found 'PLY'. Give the file the extension of its format"),
        of(
            "nOFF\n4\n1 0 0\n0 0 0 1",
            "its points have any number of dimensions (nOFF); expected OFF, COFF, NOFF, STOFF or"
                + " 4OFF. Write it again"),
        of(
            "4OFF\n1 0 0\n0 0 0",
            "line 3: vertex 1 (counted from 1) has 3 numbers, expected x y z w"),
        of("OFF BINARY\n", "it ends at byte 11. It is cut off; fetch or write it again"),
        of("OFF\n", "it ends after 'OFF'; expected the numbers of vertices and faces"),
        of("# OFF\n", "it holds nothing; expected 'OFF' in the first line"),
        of("OFF\n8\n", "line 2: expected the numbers of vertices, faces and edges, found '8'"),
        of(
            "OFF\n8 x 1\n",
            "line 2: expected the numbers of vertices, faces and edges, found '8 x 1'"),
        of(
            "OFF\n-8 1 1\n",
            "the header promises -8 vertices, expected 0 to 50000000: it is damaged; write the"
                + " file again"),
        of(
            "OFF\n2000000000 1 1\n0 0 0\n",
            "the header promises 2000000000 vertices, expected 0 to 50000000: it is damaged, or"
                + " the file must be thinned out or cut in pieces"),
        of(
            "OFF\n3 99999999 1\n0 0 0\n",
            "the header promises 99999999 faces, expected 0 to 50000000: it is damaged, or the"
                + " file must be thinned out or cut in pieces"),
        of("OFF\n0 0 0\n", "it holds no points; expected at least one. Remove the file"),
        of(
            "OFF\n50000000 1 0\n0 0 0\n1 1 1\n",
            "expected 50000000 vertices, found 2: it ends at byte 29. It is cut off; fetch or"
                + " write it again"),
        of(
            "OFF\n1 2 0\n0 0 0\n3 0 0 0\n",
            "expected 2 faces, found 1: it ends at byte 24. It is cut off; fetch or write it"
                + " again"),
        of("OFF\n1 0 0\n0 0\n", "line 3: vertex 1 (counted from 1) has 2 numbers, expected x y z"),
        of("OFF\n1 0 0\n0 0x1 0\n", "line 3: field 2 is '0x1', expected a number"),
        of("OFF\n1 0 0\n0 \u0001 0\n", "line 3: field 2 is binary data, expected a number"),
        of(
            "OFF\n2 0 0\n0 inf 0\n0 NaN -inf\n",
            "none of its 2 points has finite coordinates below 3.4e38; remove the file"),
        of(
            "OFF\n1 0 0\n0 0 1e39\n",
            "none of its 1 points has finite coordinates below 3.4e38; remove the file"),
        of(
            "OFF\n1 1 0\n0 0 0\n4 0 0 0\n",
            "line 4: face 1 (counted from 1) promises 4 corners and 3 numbers follow; expected a"
                + " line 'n i1 ... in'"),
        of("OFF\n1 1 0\n0 0 0\n3 0 0 0.5\n", "line 4: field 4 is '0.5', expected a whole number"),
        of(
            "OFF\n3 2 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n3 0 1 3\n",
            "face 2 (counted from 1) has vertex 3 as a corner; the file has 3 vertices, numbered"
                + " 0 to 2. It is damaged; write it again"),
        of(
            "OFF\n1 1 0\n0 0 0\n3 0 -1 0\n",
            "face 1 (counted from 1) has vertex -1 as a corner, expected 0 to 49999999 at most;"
                + " write the file again"),
        of(
            "OFF\n3 1 0\n0 0 0\n1 1 1\n2 2 2\n3 0 1 2\n",
            "none of its 1 faces has an area, so no point can be drawn from them. Repair the"
                + " mesh, or remove the faces to use its vertices as the cloud"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_broken_is_said(String content, String message) {
    refused("a.off", content, message);
  }

  private static String[] of(String content, String message) {
    return new String[] {content, message};
  }

  private static Mesh mesh(String text) throws IOException {
    return OffFile.read(Source.of(Clouds.bytes(text)));
  }
}
