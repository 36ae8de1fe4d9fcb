package dev.adapterx.dense.boxes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each layout with what goes wrong: named with its place, counted, and nothing else lost. */
class HostileBoxesTest {
  @TempDir Path root;

  @BeforeEach
  void pictures() {
    Written.picture(root, "images/a.png", "images/b.png");
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private BoxReport.Split only() {
    BoxReport report = BoxReport.of(root, BoxLayout.Options.none());
    assertThat(report.splits()).hasSize(1);
    return report.splits().get(0);
  }

  private void coco(String images, String annotations) {
    Written.text(
        root,
        "all.json",
        json(
            "{'images': [{'id': 1, 'file_name': 'a.png', 'width': 40, 'height': 20}"
                + images
                + "],"),
        json("'annotations': ["),
        json(annotations),
        json("], 'categories': [{'id': 5, 'name': 'cat'}]}"));
  }

  @Test
  void coco() {
    coco(
        ", {'id': 2, 'file_name': 'b.png', 'width': 20, 'height': 40}, {'id': 3, 'file_name': '../../etc/passwd'}, {'id': 4, 'file_name': 'gone.png'}",
        "{'id': 1, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 10, 5]},\n"
            + "{'id': 2, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 0, 5]},\n"
            + "{'id': 3, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, -4, 5]},\n"
            + "{'id': 4, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 'x', 5]},\n"
            + "{'id': 5, 'image_id': 1, 'category_id': 6, 'bbox': [1, 2, 3, 5]},\n"
            + "{'id': 6, 'image_id': 9, 'category_id': 5, 'bbox': [1, 2, 3, 5]},\n"
            + "{'id': 7, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2]},\n"
            + "{'id': 8, 'image_id': 4, 'category_id': 5, 'bbox': [1, 2, 3, 5]},\n"
            + "{'id': 9, 'image_id': 1, 'category_id': 5, 'bbox': [50, 2, 3, 5]},\n"
            + "{'id': 10, 'image_id': 1, 'category_id': 5, 'bbox': [35, 2, 10, 5]},\n"
            + "{'id': 11, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 10, 5.1]}");
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(3);
    assertThat(split.faults())
        .hasSize(6)
        .anyMatch(f -> f.startsWith("all.json:4, annotation 2: 'cat' has no area"))
        .anyMatch(
            f -> f.contains("annotation 3: 'cat' has no area: left 1, top 2, right -3, bottom 7"))
        .anyMatch(f -> f.contains("annotation 4: an edge of 'cat' is not a number"))
        .anyMatch(f -> f.contains("annotation 5: there is no category 6"))
        .anyMatch(f -> f.contains("annotation 6: there is no image 9"))
        .anyMatch(f -> f.contains("annotation 7: expected bbox with left, top, width and height"));
    assertThat(split.missing()).containsExactly("../../etc/passwd", "gone.png");
    assertThat(split.broken()).hasSize(1);
    assertThat(split.broken().get(0)).contains("has 40 x 20 pixels, its boxes are for 20 x 40");
    assertThat(split.outside())
        .containsExactly(
            "all.json:11, annotation 9: 'cat' lies outside of the picture of 40 x 20 pixels: left 50, top 2, right 53, bottom 7");
    assertThat(split.cut()).hasSize(1);
    assertThat(split.twice()).hasSize(1);
    assertThat(split.found()).contains("1 box of pictures that are not there");
    BoxReport report = BoxReport.of(root, BoxLayout.Options.none());
    assertThat(report.sound()).isFalse();
    assertThat(report.text())
        .contains("problem: of 'all' 6 boxes are left out:")
        .contains("problem: of 'all' 2 pictures are named and not there:")
        .contains("warning: of 'all' 1 box is there twice:");
    assertThat(((Map<?, ?>) ((List<?>) report.json().get("splits")).get(0)).get("left-out"))
        .isEqualTo(split.faults());
    // What is left is used.
    assertThat(Written.layout(root).open("all").sample(0).target().boxes()).hasSize(3);
    assertThatThrownBy(() -> Written.layout(root).open("all").sample(1))
        .isInstanceOf(DataException.class);
  }

  @Test
  void coco_that_is_cut_off_or_contradicts_itself() {
    coco(", {'id': 1, 'file_name': 'b.png'}", "");
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("all.json:1: two images have the id 1: 'a.png' and 'b.png'");
    Written.text(root, "all.json", json("{'images': [{'id': 1, 'file_name': 'a.png'}], 'annot"));
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("all.json:1: not valid JSON");
    Written.text(
        root, "all.json", json("{'images': [], 'annotations': [], 'categories': [{'id': 'x'}]}"));
    assertThatThrownBy(() -> Written.layout(root))
        .hasMessageContaining("expected 'id' with a whole number, found \"x\"");
    coco("", "");
    assertThatThrownBy(
            () -> {
              Files.delete(root.resolve("images/a.png"));
              Written.layout(root);
            })
        .hasMessageContaining("has no picture; not there: 1 picture (a.png)");
  }

  @Test
  void a_box_of_numbers_that_are_none_spoils_itself_alone() {
    coco(
        "",
        "{'id': 1, 'image_id': 1, 'category_id': 5, 'bbox': [NaN, 2, 10, 5]},\n"
            + "{'id': 2, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 1e308, 5]},\n"
            + "{'id': 3, 'category_id': 5, 'bbox': [1, 2, 3, 5]},\n"
            + "{'id': 4, 'image_id': 1, 'bbox': [1, 2, 3, 5]},\n"
            + "{'id': 5, 'image_id': 1, 'category_id': 5, 'bbox': [1e308, 2, 1e308, 5]},\n"
            + "{'id': 6, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 10, 5]}");
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(2);
    assertThat(split.faults())
        .containsExactlyInAnyOrder(
            "all.json:3, annotation 1: an edge of 'cat' is not a number within range: left NaN,"
                + " top 2, right NaN, bottom 7",
            "all.json:5, annotation 3: expected image_id with a whole number",
            "all.json:6, annotation 4: expected category_id with a whole number",
            "all.json:7, annotation 5: an edge of 'cat' is not a number within range: left"
                + " 1.0E308, top 2, right Infinity, bottom 7");
  }

  @Test
  void categories_of_one_name_are_named() {
    Written.text(
        root,
        "all.json",
        json(
            "{'images': [], 'annotations': [], 'categories': [{'id': 3, 'name': 'cat'}, {'id': 7, 'name': 'cat'}]}"));
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "all.json: the categories 3 and 7 are both called 'cat'; names must differ");
  }

  @Test
  void lvis_is_marked_only_in_part() {
    Written.text(
        root,
        "all.json",
        json(
            "{'images': [{'id': 1, 'file_name': 'a.png', 'neg_category_ids': [2]}], 'annotations':"
                + " [{'id': 1, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 3, 5]}], 'categories':"
                + " [{'id': 5, 'name': 'cat'}]}"));
    assertThat(Written.layout(root).partial()).isTrue();
  }

  @Test
  void yolo() {
    Written.text(root, "data.yaml", "train: images", "names: [cat, dog]");
    Written.text(
        root,
        "labels/a.txt",
        "1 0.5 0.5 0.25 0.5",
        "2 0.5 0.5 0.25 0.5",
        "-1 0.5 0.5 0.25 0.5",
        "0 200 100 50 20",
        "0 0.5 0.5 0 0.5",
        "0 0.5 nan 0.1 0.5",
        "0 0.5 0.5 0.25",
        "0 0.5 0.5 0.25 0.5 0.9",
        "cat 0.5 0.5 0.25 0.5");
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(0, 1);
    assertThat(split.empty()).isEqualTo(1);
    assertThat(split.faults())
        .containsExactly(
            "a.txt:2: class 2; there are 2 classes, 0 … 1, as numbers count from 0",
            "a.txt:3: class -1; there are 2 classes, 0 … 1, as numbers count from 0",
            "a.txt:4: 'cat' reaches from 175, 90 to 225, 110; expected shares of the picture, 0 … 1",
            "a.txt:5: 'cat' has the width 0.0 and the height 0.5",
            "a.txt:6: 'nan' is not a number",
            "a.txt:7: expected a class, x, y, width and height, or a class and the corners of an"
                + " outline, found 4 numbers",
            "a.txt:8: expected a class, x, y, width and height, or a class and the corners of an"
                + " outline, found 6 numbers",
            "a.txt:9: 'cat' is not a number");
    Written.text(root, "data.yaml", "train: images", "names: {0: cat, 2: dog}");
    assertThatThrownBy(() -> Written.layout(root))
        .hasMessageContaining("names: expected the names of classes 0, 1, … without a gap")
        .hasMessageContaining("found the numbers [0, 2]");
  }

  @Test
  void yolo_with_a_text_file_that_is_none() throws IOException {
    Written.text(root, "data.yaml", "train: images", "names: [cat, dog]");
    Written.text(root, "labels/a.txt", "1 0.5 0.5 0.25 0.5");
    Files.write(root.resolve("labels/b.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(0, 1);
    assertThat(split.broken()).hasSize(1);
    assertThat(split.broken().get(0)).contains("b.txt is not UTF-8 text");
  }

  private static String object(String label, String... edges) {
    return "<object><name>%s</name><bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax>%s</bndbox></object>"
        .formatted(
            label,
            edges[0],
            edges[1],
            edges[2],
            edges.length > 3 ? "<ymax>" + edges[3] + "</ymax>" : "");
  }

  @Test
  void voc() {
    Written.text(
        root,
        "Annotations/a.xml",
        "<annotation>",
        object("cat", "2", "3", "11", "12"),
        object("cat", "2", "3", "2", "3"),
        object("cat", "11", "3", "2", "12"),
        object("cat", "a", "3", "2", "12"),
        object("cat", "1", "3", "2"),
        object("", "1", "3", "2", "9"),
        "</annotation>");
    Written.text(root, "Annotations/b.xml", "<annotation><object><name>cat</na");
    Written.text(root, "Annotations/c.xml", "<annotation><filename>c.jpg</filename></annotation>");
    Written.text(
        root,
        "Annotations/0.xml",
        "<?xml version=\"1.0\"?><!DOCTYPE annotation [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>",
        "<annotation><filename>&b;&c;</filename></annotation>");
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(1);
    assertThat(split.faults())
        .containsExactlyInAnyOrder(
            "a.xml:3: 'cat' has no area: left 2, top 3, right 2, bottom 3",
            "a.xml:4: 'cat' has no area: left 11, top 3, right 2, bottom 12",
            "a.xml:5: an edge of 'cat' is not a number within range: left NaN, top 2, right 2, bottom 12",
            "a.xml:6: 'cat' needs xmin, ymin, xmax and ymax, found [xmax, xmin, ymin]",
            "a.xml:7: an object without a name");
    assertThat(split.broken()).hasSize(1);
    assertThat(split.broken().get(0)).contains("b.xml:1: not valid XML");
    assertThat(split.missing()).hasSize(2).contains("c.xml → c.jpg");
  }

  @Test
  void open_images() {
    Written.text(
        root,
        "train-annotations-bbox.csv",
        "ImageID,LabelName,XMin,XMax,YMin,YMax",
        "a,/m/01,0.1,0.5,0.2,0.8",
        "a,/m/01,0.5,0.1,0.2,0.8",
        "a,/m/01,0.1,,0.2,0.8",
        "a,,0.1,0.5,0.2,0.8",
        "gone,/m/01,0.1,0.5,0.2,0.8");
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(1);
    assertThat(split.faults())
        .containsExactly(
            "train-annotations-bbox.csv:3: '/m/01' has no area: left 0.5, top 0.2, right 0.1,"
                + " bottom 0.8",
            "train-annotations-bbox.csv:4: an edge of '/m/01' is not a number within range: left 0.1, top 0.2, right NaN, bottom 0.8",
            "train-annotations-bbox.csv:5: a box without a LabelName");
    assertThat(split.missing()).containsExactly("gone");
  }

  @Test
  void tables() {
    Written.text(
        root,
        "boxes.csv",
        "filename,class,xmin,ymin,xmax,ymax",
        "a.png,cat,1,2,11,12",
        "a.png,cat,11,2,1,12",
        "a.png,cat,1,2,11",
        "a.png,,1,2,11,12",
        "gone.png,cat,1,2,11,12",
        ",cat,1,2,11,12");
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(1);
    assertThat(split.faults())
        .containsExactly(
            "boxes.csv:3: 'cat' has no area: left 11, top 2, right 1, bottom 12",
            "boxes.csv:4: an edge of 'cat' is not a number within range: left 1, top 2, right 11, bottom NaN",
            "boxes.csv:5: a box without a class");
    assertThat(split.missing()).containsExactly("boxes.csv:7 without a picture", "gone.png");
    Written.text(
        root, "boxes.csv", "filename,class,xmin,ymin,xmax,ymax", "a.png,cat,0.1,0.2,0.5,0.9");
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no edge of a box is above 1")
        .hasMessageContaining("expected pixels");
  }

  /**
   * An outline of a million points is read; a point, a wrong corner and a broken file are named.
   */
  @Test
  void labelme() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 1_000_000; i++) {
      many.append(i == 0 ? "" : ",")
          .append('[')
          .append(i % 40)
          .append(',')
          .append(i % 20)
          .append(']');
    }
    Written.picture(root, "c.png", "d.png");
    Written.text(
        root,
        "c.json",
        json("{'shapes': [{'label': 'cat', 'shape_type': 'polygon', 'points': [" + many + "]},"),
        json("{'label': 'cat', 'shape_type': 'point', 'points': [[1, 2]]},"),
        json("{'label': 'cat', 'shape_type': 'rectangle', 'points': [[1, null], [5, 6]]},"),
        json("{'label': 'cat', 'shape_type': 'line', 'points': [[1, 2], [1, 9]]},"),
        json("{'label': '', 'shape_type': 'rectangle', 'points': [[1, 2], [5, 6]]}],"),
        json("'imagePath': 'c.png', 'imageHeight': 20, 'imageWidth': 40}"));
    Written.text(root, "d.json", json("{'shapes': [{'label': 'cat', 'points': [[1, 2], [3"));
    Written.text(root, "e.json", json("{'shapes': [], 'imagePath': '..\\\\pictures\\\\e.jpg'}"));
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(1);
    assertThat(split.faults())
        .containsExactly(
            "c.json, shape 1: 'cat' is a point of 1 points, which is no box",
            "c.json, shape 2: an edge of 'cat' is not a number within range: left NaN, top NaN, right 5, bottom NaN",
            "c.json, shape 3: 'cat' has no area: left 1, top 2, right 1, bottom 9",
            "c.json, shape 4: without a label");
    assertThat(split.broken()).hasSize(1);
    assertThat(split.broken().get(0))
        .endsWith(
            "d.json:2: not valid JSON: Unexpected end-of-input: expected close marker for Array");
    assertThat(split.missing()).containsExactly("e.json → ..\\pictures\\e.jpg");
  }

  @Test
  void cvat() {
    Written.text(
        root,
        "annotations.xml",
        "<annotations>",
        "<image id=\"0\" name=\"a.png\" width=\"40\" height=\"20\">",
        "<box label=\"cat\" xtl=\"1\" ytl=\"2\" xbr=\"11\" ybr=\"12\"/>",
        "<box label=\"cat\" xtl=\"11\" ytl=\"2\" xbr=\"1\" ybr=\"12\"/>",
        "<box label=\"cat\" xtl=\"x\" ytl=\"2\" xbr=\"1\" ybr=\"12\"/>",
        "<box xtl=\"1\" ytl=\"2\" xbr=\"11\" ybr=\"12\"/>",
        "<polygon label=\"cat\" points=\"1,2;3;4,5\"/>",
        "<points label=\"cat\" points=\"1,2\"/></image>",
        "<image id=\"1\" name=\"gone.png\"><box label=\"cat\" xtl=\"1\" ytl=\"2\" xbr=\"11\" ybr=\"12\"/></image>",
        "</annotations>");
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(1);
    assertThat(split.faults())
        .containsExactly(
            "annotations.xml:4: 'cat' has no area: left 11, top 2, right 1, bottom 12",
            "annotations.xml:5: an edge of 'cat' is not a number within range: left NaN, top 2, right NaN, bottom 12",
            "annotations.xml:6: a box without a label",
            "annotations.xml:7: an edge of 'cat' is not a number within range: left NaN, top 2, right NaN, bottom 5",
            "annotations.xml:8: 'cat' is points, which is no box");
    assertThat(split.missing()).containsExactly("gone.png");
    Written.text(
        root,
        "annotations.xml",
        "<annotations>",
        "<track id=\"0\" label=\"cat\"></track></annotations>");
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("annotations.xml:2: tracks of a video");
  }

  @Test
  void label_studio() {
    Written.text(
        root,
        "export.json",
        json(
            "[{'annotations': [{'result': [{'type': 'rectanglelabels', 'original_width': 40, 'original_height': 20,"
                + " 'value': {'x': 10, 'y': 20, 'width': 25, 'height': 50, 'rectanglelabels': ['cat']}},"
                + " {'type': 'rectanglelabels', 'value': {'x': 10, 'y': 20, 'width': 0, 'height': 50,"
                + " 'rectanglelabels': ['cat']}}, {'type': 'rectanglelabels', 'value': {'y': 20, 'width': 5, 'height':"
                + " 50, 'rectanglelabels': ['cat']}}, {'type': 'rectanglelabels', 'value': {'x': 10, 'y': 20, 'width':"
                + " 25, 'height': 50}}, {'type': 'brushlabels', 'value': {'brushlabels': ['cat'], 'rle': [0, 1]}}]}],"
                + " 'data': {'image': '/data/upload/1/a.png'}},"),
        json("{'annotations': [], 'data': {'image': 'b.png'}},"),
        json("{'annotations': [{'result': []}], 'data': {'text': 'no picture'}},"),
        json("{'annotations': [{'result': []}], 'data': {'image': 's3://bucket/gone.png'}}]"));
    BoxReport.Split split = only();
    assertThat(split.objects()).containsExactly(1);
    assertThat(split.faults())
        .containsExactly(
            "export.json:1, result 1: 'cat' has the width 0.0 and the height 50.0",
            "export.json:1, result 2: an edge of 'cat' is not a number within range: left NaN, top 0.2, right NaN, bottom 0.7",
            "export.json:1, result 3: rectanglelabels without a label",
            "export.json:1, result 4: 'cat' is of the kind brushlabels, which is no box");
    assertThat(split.missing())
        .containsExactly("export.json:3: a task without a picture", "s3://bucket/gone.png");
    assertThat(split.found()).contains("left out: pictures that are not annotated");
  }

  @Test
  void pictures_that_cannot_be_read_are_named() throws IOException {
    Files.writeString(root.resolve("images/b.png"), "no picture");
    Written.text(root, "data.yaml", "train: images", "names: [cat]");
    Written.text(root, "labels/a.txt", "0 0.5 0.5 0.1 0.1");
    Written.text(root, "labels/b.txt", "0 0.5 0.5 0.1 0.1");
    BoxReport.Split split = only();
    assertThat(split.broken()).hasSize(1);
    assertThat(split.broken().get(0)).contains("b.png");
    // 4 x 2 pixels of 40 x 20 are below 8 of 448
    assertThat(split.tiny()).isEmpty();
    Written.text(root, "labels/a.txt", "0 0.5 0.5 0.01 0.1");
    assertThat(only().tiny()).containsExactly("images/a.png: 'cat' of 0 x 2 pixels at 20, 9");
  }
}
