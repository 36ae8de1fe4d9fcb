package dev.adapterx.data.points.format;

import static dev.adapterx.data.points.format.Clouds.points;
import static dev.adapterx.data.points.format.Clouds.refused;
import static dev.adapterx.data.points.format.Clouds.same;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class XyzFileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 2 3\n-4 0.5 6e-1\n",
        "1\t2\t3\n-4\t0.5\t6e-1",
        "1,2,3\n-4,0.5,6e-1\n",
        "1, 2, 3\n-4, 0.5, 6e-1\n",
        "1;2;3\n-4;0.5;6e-1\n",
        "  1   2 3 \n\n # a comment\n  -4 0.5\t6e-1\r\n",
        "1,2,3,0,0,1\n-4,0.5,6e-1,0,1,0\n",
        "//X Y Z\n2\n1 2 3\n-4 0.5 6e-1\n",
        "2\n1 2 3 -700 1 2 3\n-4 0.5 6e-1 -800 1 2 3\n",
        "x,y,z\n1,2,3\n-4,0.5,6e-1\n",
        "1,0;2;3,0\n-4;0,5;6e-1\n",
        "x;y;z\n1,0;2,0;3,0\n-4;0,5;6e-1\n",
        "1,0 2,0 3,0\n-4 0,5 6e-1\n",
        "// X Y Z R G B\n1 2 3 255 0 0\n-4 0.5 6e-1 0 255 0\n",
        "Intensity,Points:0,Points:1,Points:2\n9,1,2,3\n9,-4,0.5,6e-1\n",
        "x [m],y [m],z (m)\n1,2,3\n-4,0.5,6e-1\n",
        "Easting;Northing;Height\n1;2;3\n-4;0,5;6e-1\n",
        "1\n1 2 3\n1\n-4 0.5 6e-1\n",
        "0\n2\n1 2 3 -700\n-4 0.5 6e-1 -800\n",
        "label;\"Z\";\"Y\";\"X\"\nchair leg;3;2;1\na;6e-1;0.5;-4\n",
        "Z Y X\n3 2 1\n6e-1 0.5 -4\n",
        "\u00EF\u00BB\u00BFx,y,z\n1,2,3\n-4,0.5,6e-1\n"
      })
  void all_ways_to_part_and_name_columns_give_the_same_points(String text) {
    same(points("a.csv", text), 1, 2, 3, -4, 0.5, 0.6);
    same(points("a.XYZ", text), 1, 2, 3, -4, 0.5, 0.6);
  }

  static Stream<String[]> broken() {
    return Stream.of(
        of("# no points\n", "it holds no points; expected at least one. Remove the file"),
        of("x,y,z\n", "it holds no points; expected at least one. Remove the file"),
        of(
            "1 2 3\n1 2\n",
            "line 2: 2 columns, expected at least 3 numbers, parted by blanks or tabs as in the"
                + " first line"),
        of(
            "1 2 3\n1,2,3\n",
            "line 2: 1 columns, expected at least 3 numbers, parted by blanks or tabs as in the"
                + " first line"),
        of(
            "w,z,y,x\n1,2,3\n",
            "line 2: 3 columns, expected at least 4 numbers, parted by commas as in the first"
                + " line"),
        of("1,5;2,x;3\n", "line 1: field 2 is '2.x', expected a number"),
        of("1,,3\n", "none of its 1 points has finite coordinates below 3.4e38; remove the file"),
        of(
            "a,b,c\n1,2,3\n",
            "line 1: expected numbers, or a line of names with x, y and z among them, found"
                + " 'a,b,c'"),
        of(
            "4 5 NaN\n",
            "none of its 1 points has finite coordinates below 3.4e38; remove the file"),
        of(
            "3\n1 2 3\n",
            "expected 3 points, found 1: it ends at byte 8. It is cut off; fetch or write it"
                + " again"),
        of(
            "1\n1 2 3\n4 5 6\n",
            "its first line promises 1 points, found 2; correct or remove that line"),
        of(
            "1\n1 2 3\n2\n4 5 6\n",
            "expected 2 points, found 1: it ends at byte 16. It is cut off; fetch or write it"
                + " again"),
        of(
            "1\n1 2 3\n1\n4 5 6\n7 8 9\n",
            "its last line of one number promises 1 points, found 2; correct or remove that line"),
        of(
            "ncols 4\nnrows 6\nxllcorner 0\n",
            "it is a raster of heights (Esri ASCII grid), not points; turn it into XYZ, for example"
                + " with 'gdal_translate -of XYZ IN.asc OUT.xyz'"),
        of(
            "-3\n1 2 3\n",
            "the header promises -3 points, expected 0 to 50000000: it is damaged; write the"
                + " file again"),
        of(
            "4000000000\n1 2 3\n",
            "the header promises 4000000000 points, expected 0 to 50000000: it is damaged, or"
                + " the file must be thinned out or cut in pieces"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_broken_is_said(String content, String message) {
    refused("a.pts", content, message);
  }

  private static String[] of(String content, String message) {
    return new String[] {content, message};
  }
}
