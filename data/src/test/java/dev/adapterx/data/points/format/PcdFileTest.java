package dev.adapterx.data.points.format;

import static dev.adapterx.data.points.format.Clouds.points;
import static dev.adapterx.data.points.format.Clouds.refused;
import static dev.adapterx.data.points.format.Clouds.same;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PcdFileTest {
  private static final String RICH =
      """
      # .PCD v.7
      VERSION .7
      FIELDS rgb z normal x _ y
      SIZE 4 8 4 2 1 4
      TYPE U F F I U F
      COUNT 1 1 3 1 2 1
      WIDTH 2
      HEIGHT 1
      DATA\s""";

  @Test
  void fields_are_found_by_name_in_text() {
    same(
        points("a.pcd", RICH + "ascii\n255 1.5 0 0 1 -7 0 0 2.5\n0 2 nan 0 1 8 0 0 3\n"),
        -7,
        2.5,
        1.5,
        8,
        3,
        2);
  }

  @Test
  void fields_are_found_by_name_in_binary() {
    byte[] content =
        Bytes.little()
            .text(RICH + "binary\n")
            .u4(255)
            .f8(1.5)
            .f4(0, 0, 1)
            .u2(-7)
            .u1(0, 0)
            .f4(2.5)
            .u4(0)
            .f8(2)
            .f4(0, 0, 1)
            .u2(8)
            .u1(0, 0)
            .f4(3)
            .done();
    same(points("a.pcd", content), -7, 2.5, 1.5, 8, 3, 2);
  }

  @Test
  void fields_stand_together_in_compressed_data() {
    byte[] plain =
        Bytes.little()
            .u4(255, 0)
            .f8(1.5, 2)
            .f4(0, 0, 1, 0, 0, 1)
            .u2(-7, 8)
            .u1(0, 0, 0, 0)
            .f4(2.5, 3)
            .done();
    Bytes packed = Bytes.little();
    for (byte b : plain) {
      packed.u1(0).raw(b);
    }
    byte[] data = packed.done();
    byte[] content =
        Bytes.little()
            .text(RICH + "binary_compressed\n")
            .u4(data.length, plain.length)
            .raw(data)
            .done();
    same(points("a.pcd", content), -7, 2.5, 1.5, 8, 3, 2);
  }

  static Stream<String[]> broken() {
    String ascii = SampleFiles.pcdHeader("ascii");
    return Stream.of(
        of("VERSION .7\n", "its header has no DATA line; it is cut off: fetch it again"),
        of(
            "VERSION .7\nFEILDS x\n",
            "line 2: 'FEILDS' is no key of a PCD header; expected VERSION, FIELDS, COLUMNS,"
                + " SIZE, TYPE, COUNT, WIDTH, HEIGHT, VIEWPOINT, POINTS, DATA; did you"
                + " mean 'FIELDS'?"),
        of(
            ascii.replace("ascii", "bianry"),
            "DATA is 'bianry', expected ascii, binary, binary_compressed; did you mean 'binary'?"),
        of(
            ascii.replace("SIZE 4 4 4\n", ""),
            "its header has no SIZE line; expected one before DATA"),
        of(
            ascii.replace("SIZE 4 4 4", "SIZE 4 4"),
            "FIELDS has 3 entries, SIZE 2, TYPE 3, COUNT 3; expected the same number of each"),
        of(
            ascii.replace("SIZE 4 4 4", "SIZE 4 3 4"),
            "field 'y' has TYPE 'F' and SIZE '3', expected I or U of 1, 2, 4, 8 or F of 4, 8"
                + " bytes"),
        of(
            ascii.replace("COUNT 1 1 1", "COUNT 1 -1 1"),
            "field 'y' has COUNT -1, expected 1 to 1048576"),
        of(ascii.replace("COUNT 1 1 1", "COUNT 1 2 1"), "field 'y' has COUNT 2, expected 1"),
        of(
            ascii.replace("COUNT 1 1 1", "COUNT 1 1000000 1"),
            "its points have 4000008 bytes each, expected 1048576 at most; the header is damaged"),
        of(
            ascii.replace("x y z", "a y z"),
            "it has the fields a, y, z, expected x, y and z among them"),
        of(
            ascii.replace("POINTS 4", "POINTS -4"),
            "the header promises -4 points, expected 0 to 50000000: it is damaged; write the"
                + " file again"),
        of(
            ascii.replace("POINTS 4", "POINTS 2000000000"),
            "the header promises 2000000000 points, expected 0 to 50000000: it is damaged, or"
                + " the file must be thinned out or cut in pieces"),
        of(
            ascii
                .replace("POINTS 4\n", "")
                .replace("WIDTH 4", "WIDTH 40000")
                .replace("HEIGHT 1", "HEIGHT 40000"),
            "the header promises 1600000000 points, expected 0 to 50000000: it is damaged, or"
                + " the file must be thinned out or cut in pieces"),
        of(ascii.replace("POINTS 4", "POINTS many"), "POINTS is 'many', expected a whole number"),
        of(
            ascii.replace("POINTS 4", "POINTS 0"),
            "it holds no points; expected at least one. Remove the file"),
        of(
            ascii + "1 2 3\n",
            "expected 4 points, found 1: it ends at byte %d. It is cut off; fetch or write it again"
                .formatted(ascii.length() + 6)),
        of(
            ascii + "1 2\n",
            "line 12: 2 columns, expected 3 according to the header. Write the file again"),
        of(
            ascii + "1 2 nan\n".repeat(4),
            "none of its 4 points has finite coordinates below 3.4e38; remove the file"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_broken_is_said(String content, String message) {
    refused("a.pcd", content, message);
  }

  @Test
  void binary_that_ends_early_says_where() {
    byte[] content = Bytes.little().text(SampleFiles.pcdHeader("binary")).zeros(47).done();
    refused(
        "a.pcd",
        content,
        "expected 4 points, found 3: it ends at byte %d. It is cut off; fetch or write it again"
            .formatted(content.length));
  }

  @Test
  void broken_compression_is_said() {
    packed(
        47,
        "its compressed data promise 47 bytes, expected 48 for 4 points of 12 bytes. It is"
            + " damaged; write it again",
        0);
    packed(
        48,
        "its compressed data gives 1 bytes, expected 48 (at byte 2 of 2). It is damaged; write"
            + " it again",
        0,
        5);
    packed(
        48,
        "its compressed data ends within a run of 3 bytes (at byte 1 of 2). It is damaged; write"
            + " it again",
        2,
        5);
    packed(
        48,
        "its compressed data ends within a step (at byte 3 of 3). It is damaged; write it again",
        0,
        5,
        32);
    packed(
        48,
        "its compressed data refers back before its beginning (at byte 4 of 4). It is damaged;"
            + " write it again",
        0,
        5,
        32,
        1);
    packed(
        48,
        "its compressed data gives more than 48 bytes (at byte 5 of 5). It is damaged; write it"
            + " again",
        0,
        5,
        224,
        50,
        0);
    packed(
        48,
        "0 compressed bytes promise 48, more than they can hold or can be read at once; write it"
            + " again, as DATA binary if it is that large");
    byte[] cut =
        Bytes.little().text(SampleFiles.pcdHeader("binary_compressed")).u4(9, 48).zeros(8).done();
    refused(
        "a.pcd",
        cut,
        "expected 9 bytes of compressed data, found 8: it ends at byte "
            + cut.length
            + ". It is cut off; fetch or write it again");
  }

  private static void packed(int length, String message, int... data) {
    refused(
        "a.pcd",
        Bytes.little()
            .text(SampleFiles.pcdHeader("binary_compressed"))
            .u4(data.length, length)
            .u1(data)
            .done(),
        message);
  }

  private static String[] of(String content, String message) {
    return new String[] {content, message};
  }
}
