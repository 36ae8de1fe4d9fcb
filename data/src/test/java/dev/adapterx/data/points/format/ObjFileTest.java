package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjFileTest {
  @Test
  void corners_of_all_kinds_count_from_the_first_or_the_last_vertex() throws IOException {
    String text =
        """
        # a comment
        mtllib a.mtl
        o thing
        v 0 0 0
        v 1 0 0 0.5 0.5 0.5
        v 1 1 0 1.0
        vn 0 0 1
        vt 0 0
        f 1 2 3
        f -3/1 -2/1 -1/1
        v 0 1 0
        f 1//1 2//1 3//1 4//1
        f -1/1/1 1/1/1 2/1/1
        f 3 4 5
        v 9 9 9
        l 1 2
        """;
    Mesh mesh = ObjFile.read(Source.of(Clouds.bytes(text)));
    Clouds.same(mesh.vertices(), 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 9, 9, 9);
    assertThat(mesh.triangles())
        .containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 2, 3, 3, 0, 1, 2, 3, 4);
    assertThat(mesh.faces()).isEqualTo(5);
  }

  static Stream<String[]> broken() {
    return Stream.of(
        of("f 1 2 3\n", "it holds no points; expected at least one. Remove the file"),
        of("v 1 2\n", "line 1: vertex 1 (counted from 1) has 2 numbers, expected 'v x y z'"),
        of("v 1 2 three\n", "line 1: field 4 is 'three', expected a number"),
        of(
            "v 1 2 inf\n",
            "none of its 1 points has finite coordinates below 3.4e38; remove the file"),
        of("v 1 2 3\nf\n", "line 2: face 1 (counted from 1) has no corners, expected 'f a b c'"),
        of("v 1 2 3\nf 1 1 a/1\n", "line 2: field 4 is 'a/1', expected a whole number"),
        of(
            "v 1 2 3\nf 1 1 0\n",
            "line 2: face 1 (counted from 1) has vertex 0 as a corner; 1 vertices stand before"
                + " it, numbered from 1, or from -1 backwards. It is damaged; write it again"),
        of(
            "v 1 2 3\nf 1 1 -2\n",
            "line 2: face 1 (counted from 1) has vertex -2 as a corner; 1 vertices stand before"
                + " it, numbered from 1, or from -1 backwards. It is damaged; write it again"),
        of(
            "v 1 2 3\nf 1 1 1\nf 1 2 1\n",
            "face 2 (counted from 1) has vertex 2 as a corner; the file has 1 vertices, numbered"
                + " 1 to 1. It is damaged; write it again"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_broken_is_said(String content, String message) {
    Clouds.refused("a.obj", content, message);
  }

  private static String[] of(String content, String message) {
    return new String[] {content, message};
  }
}
