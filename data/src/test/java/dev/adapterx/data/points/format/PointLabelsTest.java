package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A label for each point, from every format that has them, and what is wrong with some. */
class PointLabelsTest {
  @TempDir Path folder;

  private Path file(String name, byte[] content) throws Exception {
    return Files.write(folder.resolve(name), content);
  }

  private Path file(String name, String content) throws Exception {
    return file(name, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void same(LabelledCloud found, int... labels) {
    assertThat(found.labels()).containsExactly(labels);
    assertThat(found.cloud().size()).isEqualTo(labels.length);
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void ply_has_them_in_a_property() throws Exception {
    String head =
        "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty"
            + " float z\nproperty uchar red\nproperty float %s\n%send_header\n";
    String body = "0 0 0 9 4%s\nnan 1 0 9 5%s\n0 0 1 9 6%s\n";
    Path one = file("a.ply", head.formatted("scalar_Label", "") + body.formatted("", "", ""));
    // the point without coordinates is left out with its label
    same(CloudFile.labelled(one, (String) null), 4, 6);
    assertThat(CloudFile.hasLabels(one, null)).isTrue();
    Path two =
        file(
            "b.ply",
            head.formatted("label", "property int class\n") + body.formatted(" 1", " 2", " 3"));
    assertThatThrownBy(() -> CloudFile.labelled(two, (String) null))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "label, class could each be the label of a point: name one by data.parts.label");
    same(CloudFile.labelled(two, "class"), 1, 3);
    assertThatThrownBy(() -> CloudFile.labelled(two, "clas"))
        .hasMessageContaining("there is no 'clas' among the properties")
        .hasMessageContaining("class");
    Path none = file("c.ply", head.formatted("quality", "") + body.formatted("", "", ""));
    assertThat(CloudFile.hasLabels(none, null)).isFalse();
    assertThatThrownBy(() -> CloudFile.labelled(none, (String) null))
        .hasMessageContaining("its points have no labels");
    Path half =
        file(
            "d.ply",
            (head.formatted("label", "") + body.formatted("", "", "")).replace("9 6", "9 6.5"));
    assertThatThrownBy(() -> CloudFile.labelled(half, (String) null))
        .hasMessageContaining(
            "the label of point 3 (counted from 1) is 6.5, expected a whole number");
  }

  @Test
  void pcd_has_them_in_a_field_as_text_and_binary() throws Exception {
    String head =
        "VERSION .7\nFIELDS x y z label\nSIZE 4 4 4 4\nTYPE F F F U\nCOUNT 1 1 1 1\nWIDTH 2\nHEIGHT"
            + " 1\nPOINTS 2\nDATA %s\n";
    same(
        CloudFile.labelled(
            file("a.pcd", head.formatted("ascii") + "0 0 0 7\n1 2 3 8\n"), (String) null),
        7,
        8);
    ByteBuffer raw = bytes(32);
    raw.putFloat(0).putFloat(0).putFloat(0).putInt(7).putFloat(1).putFloat(2).putFloat(3).putInt(8);
    byte[] start = head.formatted("binary").getBytes(StandardCharsets.ISO_8859_1);
    same(
        CloudFile.labelled(
            file(
                "b.pcd",
                ByteBuffer.allocate(start.length + 32).put(start).put(raw.array()).array()),
            (String) null),
        7,
        8);
  }

  @Test
  void text_has_them_in_the_last_of_four_or_seven_columns_or_where_it_is_said() throws Exception {
    same(CloudFile.labelled(file("a.txt", "0 0 0 2\n1 2 3 4.000\n"), (String) null), 2, 4);
    same(
        CloudFile.labelled(file("b.txt", "0 0 0 .1 .2 .3 5\n1 2 3 .1 .2 .3 6\n"), (String) null),
        5,
        6);
    same(
        CloudFile.labelled(
            file("c.csv", "x,y,z,intensity,Class\n0,0,0,.5,3\n1,2,3,.5,1\n"), (String) null),
        3,
        1);
    Path coloured = file("d.txt", "0 0 0 255 0 0\n1 2 3 0 255 1\n");
    assertThatThrownBy(() -> CloudFile.labelled(coloured, (String) null))
        .hasMessageContaining("which of its 6 columns is the label of a point cannot be told")
        .hasMessageContaining("data.parts.label");
    same(CloudFile.labelled(coloured, "6"), 0, 1);
    assertThatThrownBy(() -> CloudFile.labelled(coloured, "9"))
        .hasMessageContaining("the number of one, from 4 to 6, found '9'");
    Path ragged = file("e.txt", "0 0 0 2\n1 2 3\n");
    assertThatThrownBy(() -> CloudFile.labelled(ragged, (String) null))
        .hasMessageContaining("line 2: 3 columns, expected the label of the point in column 4");
  }

  @Test
  void las_has_a_class_in_every_point() throws Exception {
    for (int format : new int[] {0, 6}) {
      int record = format == 0 ? 20 : 30;
      ByteBuffer las = bytes(375 + 2 * record);
      las.put("LASF".getBytes(StandardCharsets.ISO_8859_1));
      las.put(24, (byte) 1).put(25, (byte) 4);
      las.putShort(94, (short) 375).putInt(96, 375);
      las.put(104, (byte) format).putShort(105, (short) record);
      las.putInt(107, 2);
      for (int i = 0; i < 3; i++) {
        las.putDouble(131 + 8 * i, 0.01);
      }
      las.putLong(247, 2);
      for (int i = 0; i < 2; i++) {
        int at = 375 + i * record;
        las.putInt(at, 100 * i).putInt(at + 4, 200 * i);
        // the upper three bits of older formats are flags
        las.put(at + (format == 0 ? 15 : 16), (byte) (format == 0 ? 0xA0 | (5 + i) : 65 + i));
      }
      LabelledCloud found = CloudFile.labelled(file(format + ".las", las.array()), (String) null);
      same(found, format == 0 ? 5 : 65, format == 0 ? 6 : 66);
      assertThat(found.cloud().xyz()).containsExactly(0, 0, 0, 1, 2, 0);
    }
  }

  private static byte[] npy(String descr, String shape, ByteBuffer content) {
    String dict = "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n";
    String head =
        dict.formatted(descr, shape.startsWith("F") ? "True" : "False", shape.replace("F", ""));
    return ByteBuffer.allocate(10 + head.length() + content.capacity())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.ISO_8859_1))
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) head.length())
        .put(head.getBytes(StandardCharsets.ISO_8859_1))
        .put(content.array())
        .array();
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer bytes = bytes(4 * values.length);
    for (float v : values) {
      bytes.putFloat(v);
    }
    return bytes;
  }

  @Test
  void arrays_have_them_in_the_last_column_or_a_file_beside() throws Exception {
    Path rows = file("a.npy", npy("<f4", "2, 4", floats(0, 0, 0, 3, 1, 2, 3, 4)));
    same(CloudFile.labelled(rows, (String) null), 3, 4);
    Path columns = file("b.npy", npy("<f4", "F2, 4", floats(0, 1, 0, 2, 0, 3, 3, 4)));
    LabelledCloud found = CloudFile.labelled(columns, (String) null);
    same(found, 3, 4);
    assertThat(found.cloud().xyz()).containsExactly(0, 0, 0, 1, 2, 3);
    Path plain = file("c.npy", npy("<f4", "3, 3", floats(0, 0, 0, Float.NaN, 0, 0, 1, 1, 1)));
    ByteBuffer numbers = bytes(24);
    numbers.putLong(7).putLong(8).putLong(9);
    Path beside = file("c.labels.npy", npy("<i8", "3,", numbers));
    same(CloudFile.labelled(plain, beside), 7, 9);
    same(CloudFile.labelled(plain, file("c.seg", "1\n2\n3\n")), 1, 3);
    Path few = file("few.txt", "1\n2\n");
    assertThatThrownBy(() -> CloudFile.labelled(plain, few))
        .hasMessageContaining("c.npy")
        .hasMessageContaining("it has 3 points")
        .hasMessageContaining("few.txt has 2 labels; expected one for each");
    Path words = file("words.txt", "1\nroof\n3\n");
    assertThatThrownBy(() -> CloudFile.labelled(plain, words))
        .hasMessageContaining("words.txt")
        .hasMessageContaining("line 2: field 1 is 'roof', expected a number");
  }

  @Test
  void scans_of_semantic_kitti_have_them_beside_with_instances() throws Exception {
    Path scan = file("000000.bin", floats(1, 2, 3, .5f, 4, 5, 6, .5f).array());
    ByteBuffer packed = bytes(8);
    packed.putInt(7 << 16 | 40).putInt(252);
    same(CloudFile.labelled(scan, file("000000.label", packed.array())), 40, 252);
    Path cut = file("cut.label", new byte[7]);
    assertThatThrownBy(() -> CloudFile.labelled(scan, cut))
        .hasMessageContaining("its 7 bytes are no whole number of labels of 4 bytes");
  }
}
