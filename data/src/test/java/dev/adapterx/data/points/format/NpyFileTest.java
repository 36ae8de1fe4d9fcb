package dev.adapterx.data.points.format;

import static dev.adapterx.data.points.format.Clouds.points;
import static dev.adapterx.data.points.format.Clouds.refused;
import static dev.adapterx.data.points.format.Clouds.same;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NpyFileTest {
  private static final String DICT = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

  @Test
  void of_more_columns_the_first_three_are_taken() {
    String dict = DICT.replace("(2, 3)", "(2, 5)");
    same(points("a.npy", npy(dict).f4(1, 2, 3, 8, 9, 4, 5, 6, 8, 9).done()), 1, 2, 3, 4, 5, 6);
    String columns = dict.replace("False", "True");
    same(points("a.npy", npy(columns).f4(1, 4, 2, 5, 3, 6, 8, 8, 9, 9).done()), 1, 2, 3, 4, 5, 6);
  }

  @Test
  void versions_2_and_3_have_a_longer_length() {
    for (int version = 2; version <= 3; version++) {
      byte[] content =
          Bytes.little()
              .u1(0x93)
              .text("NUMPY")
              .u1(version, 0)
              .u4(DICT.length())
              .text(DICT)
              .f4(1, 2, 3, 4, 5, 6)
              .done();
      same(points("a.npy", content), 1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void halves_are_read_with_their_extremes() {
    String dict = DICT.replace("<f4", ">f2");
    byte[] content =
        Bytes.big().raw(npy(dict).done()).u2(0x0001, 0x8400, 0x7BFF, 0x3555, 0xC000, 0x03FF).done();
    same(points("a.npy", content), 0x1p-24, -0x1p-14, 65504, 0.333251953125, -2, 1023 * 0x1p-24);
    byte[] infinite = Bytes.big().raw(npy(dict).done()).u2(0, 0xFC00, 0x7E00, 0, 0, 0).done();
    same(points("a.npy", infinite), 0, 0, 0);
  }

  @Test
  void whole_numbers_are_read() {
    Bytes shorts = Bytes.little().raw(npy(DICT.replace("<f4", "<i2")).done());
    same(points("a.npy", shorts.u2(1, 2, 3, -1, -2, -3).done()), 1, 2, 3, -1, -2, -3);
    Bytes bytes = Bytes.little().raw(npy(DICT.replace("<f4", "|u1")).done());
    same(points("a.npy", bytes.u1(1, 2, 255, 0, 5, 6).done()), 1, 2, 255, 0, 5, 6);
  }

  static Stream<String[]> broken() {
    return Stream.of(
        of(
            DICT.replace("<f4", "<c8"),
            "its numbers are of type '<c8', expected floats f2, f4, f8 or whole numbers; save it"
                + " .astype(np.float32)"),
        of(
            DICT.replace("(2, 3)", "(3, 65)"),
            "its shape is (3, 65), a row per coordinate; expected a row per point: save its"
                + " transpose .T"),
        of(
            DICT.replace("(2, 3)", "(2, 2)"),
            "its shape is (2, 2), expected (N, 3) or wider: a row per point. Reshape or"
                + " transpose it"),
        of(
            DICT.replace("(2, 3)", "(6,)"),
            "its shape is (6,), expected (N, 3) or wider: a row per point. Reshape or transpose"
                + " it"),
        of(
            DICT.replace("(2, 3)", "(1, 2, 3)"),
            "its shape is (1, 2, 3), expected (N, 3) or wider: a row per point. Reshape or"
                + " transpose it"),
        of(
            DICT.replace("(2, 3)", "(0, 3)"),
            "it holds no points; expected at least one. Remove the file"),
        of(
            DICT.replace("(2, 3)", "(2000000000, 3)"),
            "the header promises 2000000000 points, expected 0 to 50000000: it is damaged, or"
                + " the file must be thinned out or cut in pieces"),
        of(
            DICT.replace("(2, 3)", "(3, 3)"),
            "expected 3 points, found 2: it ends at byte 93. It is cut off; fetch or write it"
                + " again"),
        of(
            DICT.replace("(2, 3)", "(1, 999999999999999999)"),
            "expected 1 points, found 0: it ends at byte 110. It is cut off; fetch or write it"
                + " again"),
        of(
            DICT.replace("'descr'", "'dscr'"),
            "npy header without a plain 'descr' (records and objects are not read), found"
                + " '{'dscr': '<f4', 'fortran_order': False, …'"),
        of(
            DICT.replace("'shape'", "'form'"),
            "npy header without a plain 'shape' (records and objects are not read), found"
                + " '{'descr': '<f4', 'fortran_order': False,…'"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void what_is_broken_is_said(String dict, String message) {
    refused("a.npy", npy(dict).f4(1, 2, 3, 4, 5, 6).done(), message);
  }

  @Test
  void a_broken_preamble_is_said() {
    Bytes version = Bytes.little().u1(0x93).text("NUMPY").u1(9, 0);
    refused("a.npy", version.done(), "npy version 9, expected 1, 2 or 3");
    Bytes length = Bytes.little().u1(0x93).text("NUMPY").u1(1, 0).u2(500).text(DICT);
    refused(
        "a.npy",
        length.done(),
        "npy header of 500 bytes, expected 59 at most. It is damaged; save it again");
    refused(
        "a.npy",
        Bytes.little().u1(0x93).text("NUMPY").done(),
        "it ends at byte 6. It is cut off; fetch or write it again");
    refused(
        "a.npy",
        "1 2 3\n4 5 6\n",
        "expected the magic of npy, found '1 2 3'. Give the file the extension of its format");
  }

  private static Bytes npy(String dict) {
    return Bytes.little().u1(0x93).text("NUMPY").u1(1, 0).u2(dict.length()).text(dict);
  }

  private static String[] of(String content, String message) {
    return new String[] {content, message};
  }
}
