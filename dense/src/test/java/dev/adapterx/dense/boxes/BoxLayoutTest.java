package dev.adapterx.dense.boxes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.MissingSplitException;
import dev.adapterx.data.images.Layout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each layout as its tools write it; {@link HostileBoxesTest} has each with what goes wrong. */
class BoxLayoutTest {
  @TempDir Path root;

  private void coco() {
    Written.picture(
        root, "images/train2017/a.png", "images/train2017/b.png", "images/val2017/c.png");
    Written.text(
        root,
        "annotations/instances_train2017.json",
        "{'info': {'year': 1}, 'images': [{'id': 7, 'file_name': 'a.png', 'width': 40, 'height': 20},"
            .replace('\'', '"'),
        "{'id': 3, 'file_name': 'b.png', 'width': 40, 'height': 20}],".replace('\'', '"'),
        "'annotations': [{'id': 1, 'image_id': 7, 'category_id': 90, 'bbox': [1, 2, 10.5, 5], 'area': 30, 'iscrowd': 0, 'segmentation': [[1, 2, 11, 2, 11, 7]]},"
            .replace('\'', '"'),
        "{'id': 2, 'image_id': 7, 'category_id': 4, 'bbox': [0, 0, 40, 20], 'area': 800, 'iscrowd': 1, 'segmentation': {'counts': [1], 'size': [20, 40]}}],"
            .replace('\'', '"'),
        "'categories': [{'id': 90, 'name': 'dog'}, {'id': 4, 'name': 'cat'}]}".replace('\'', '"'));
    Written.text(
        root,
        "annotations/instances_val2017.json",
        ("{'images': [{'id': 1, 'file_name': 'c.png', 'width': 40, 'height': 20}], 'annotations': [],"
                + " 'categories': [{'id': 90, 'name': 'dog'}, {'id': 4, 'name': 'cat'}]}")
            .replace('\'', '"'));
    Written.text(
        root, "annotations/captions_train2017.json", "{\"images\": [], \"annotations\": []}");
  }

  @Test
  void coco_has_sparse_ids_crowds_areas_and_negatives() {
    coco();
    assertThat(BoxLayout.recognises(root)).isTrue();
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("coco");
    assertThat(layout.classes()).containsExactly("cat", "dog");
    assertThat(layout.splits()).containsExactly("train", "val");
    assertThat(Written.boxes(layout, "train"))
        .containsExactly(
            "images/train2017/a.png: dog 1,2,11.5,7 area 30 cat 0,0,40,20 crowd",
            "images/train2017/b.png: ");
    assertThat(Written.boxes(layout, "val")).containsExactly("images/val2017/c.png: ");
    assertThat(layout.split(Layout.Role.TRAIN)).contains("train");
    assertThat(layout.split(Layout.Role.TEST)).isEmpty();
    assertThat(layout.description("train"))
        .isEqualTo(
            "COCO's boxes (instances_train2017.json, instances_val2017.json), split 'train': 2"
                + " pictures");
    assertThatThrownBy(() -> layout.open("test"))
        .isInstanceOf(MissingSplitException.class)
        .hasMessageContaining("has no split 'test'. Read as COCO's boxes")
        .hasMessageContaining("existing: train, val");
  }

  /** Roboflow's export: a folder for each split, and a category that only groups the others. */
  @Test
  void coco_of_roboflow() {
    for (String split : List.of("train", "valid")) {
      Written.picture(root, split + "/a.png");
      Written.text(
          root,
          split + "/_annotations.coco.json",
          ("{'info': {}, 'licenses': [], 'categories': [{'id': 0, 'name': 'cells', 'supercategory': 'none'},"
                  + " {'id': 1, 'name': 'RBC', 'supercategory': 'cells'}], 'images': [{'id': 0,"
                  + " 'file_name': 'a.png', 'height': 20, 'width': 40}], 'annotations': [{'id': 0,"
                  + " 'image_id': 0, 'category_id': 1, 'bbox': [4, 4, 8, 8], 'area': 64, 'segmentation': [],"
                  + " 'iscrowd': 0}]}")
              .replace('\'', '"'));
    }
    BoxLayout layout = Written.layout(root);
    assertThat(layout.classes()).containsExactly("RBC");
    assertThat(layout.splits()).containsExactly("train", "valid");
    assertThat(Written.boxes(layout, "val")).containsExactly("valid/a.png: RBC 4,4,12,12");
    assertThat(layout.description("train"))
        .contains("the category 'cells' groups others and has no box: left out");
  }

  @Test
  void some_classes_alone_can_be_asked_for() {
    coco();
    BoxLayout layout = BoxLayout.of(root, new BoxLayout.Options(List.of("dog")));
    assertThat(Written.boxes(layout, "train").get(0))
        .isEqualTo("images/train2017/a.png: dog 1,2,11.5,7 area 30");
    assertThatThrownBy(() -> BoxLayout.of(root, new BoxLayout.Options(List.of("dogs"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.boxes.classes: 'dogs' is no class of")
        .hasMessageContaining("did you mean 'dog'? Its classes: cat, dog");
  }

  @Test
  void yolo_with_its_yaml() {
    Written.picture(
        root, "images/train/a.png", "images/train/b.png", "images/train/c.png", "images/val/d.png");
    Written.text(
        root,
        "data.yaml",
        "path: ../datasets/mine",
        "train: images/train",
        "val: images/val",
        "nc: 2",
        "names:",
        "  0: cat",
        "  1: wild dog");
    Written.text(root, "labels/train/a.txt", "1 0.5 0.5 0.25 0.5", "0 0.05 0.1 0.102 0.2");
    Written.text(root, "labels/train/b.txt");
    Written.text(root, "labels/val/d.txt", "0 0.1 0.1 0.3 0.1 0.3 0.6");
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("yolo");
    assertThat(layout.classes()).containsExactly("cat", "wild dog");
    assertThat(Written.boxes(layout, "train"))
        .containsExactly(
            "images/train/a.png: wild dog 15,5,25,15 cat 0,0,4.04,4",
            "images/train/b.png: ",
            "images/train/c.png: ");
    assertThat(Written.boxes(layout, "val"))
        .as("an outline")
        .containsExactly("images/val/d.png: cat 4,2,12,12");
  }

  /** As Roboflow writes it: a list of names, places relative to nowhere, a folder per split. */
  @Test
  void yolo_of_roboflow() {
    Written.picture(root, "train/images/a.png", "valid/images/b.png");
    Written.text(
        root, "data.yaml", "train: ../train/images", "val: ../valid/images", "names: ['x', 'y']");
    Written.text(root, "train/labels/a.txt", "1 0.5 0.5 0.25 0.5");
    BoxLayout layout = Written.layout(root);
    assertThat(Written.boxes(layout, "train")).containsExactly("train/images/a.png: y 15,5,25,15");
    assertThat(Written.boxes(layout, "val")).containsExactly("valid/images/b.png: ");
  }

  @Test
  void yolo_without_a_yaml() {
    Written.picture(root, "images/a.png", "images/b.png");
    Written.text(root, "labels/a.txt", "2 0.5 0.5 0.25 0.5");
    BoxLayout plain = Written.layout(root);
    assertThat(plain.classes()).containsExactly("0", "1", "2");
    assertThat(plain.splits()).containsExactly("all");
    Written.text(root, "classes.txt", "a", "b", "c");
    assertThat(Written.boxes(Written.layout(root), "all").get(0))
        .isEqualTo("images/a.png: c 15,5,25,15");
  }

  private static String voc(String name, String... objects) {
    return "<annotation><folder>x</folder><filename>"
        + name
        + "</filename><size><width>40</width><height>20</height><depth>3</depth></size>"
        + String.join("", objects)
        + "</annotation>";
  }

  private static String object(String label, String box, String more) {
    String[] e = box.split(",");
    return "<object><name>%s</name>%s<bndbox><ymin>%s</ymin><xmin>%s</xmin><xmax>%s</xmax><ymax>%s</ymax></bndbox></object>"
        .formatted(label, more, e[1], e[0], e[2], e[3]);
  }

  @Test
  void voc_counts_from_one_and_knows_difficult_ones_and_parts() {
    Written.picture(root, "JPEGImages/a.png", "JPEGImages/b.png", "JPEGImages/c.png");
    String part =
        "<part><name>head</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>4</xmax><ymax>4</ymax></bndbox></part>";
    Written.text(
        root,
        "Annotations/a.xml",
        voc(
            "other.jpg",
            object("dog", "2,3,11,12", part),
            object("cat", "1,1,40,20", "<difficult>1</difficult>")));
    Written.text(root, "Annotations/b.xml", voc("b.png", object("cat", "0,3,11.5,12", "")));
    Written.text(root, "Annotations/c.xml", voc("c.png"));
    Written.text(root, "ImageSets/Main/trainval.txt", "a", "b");
    Written.text(root, "ImageSets/Main/test.txt", "c");
    Written.text(root, "ImageSets/Main/dog_trainval.txt", "a  1", "b -1");
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("voc");
    assertThat(layout.splits()).containsExactly("test", "train");
    assertThat(layout.classes()).containsExactly("cat", "dog");
    assertThat(Written.boxes(layout, "train"))
        .containsExactly(
            "JPEGImages/a.png: dog 1,2,11,12 cat 0,0,40,20 difficult",
            "JPEGImages/b.png: cat 0,3,11.5,12");
    assertThat(Written.boxes(layout, "test")).containsExactly("JPEGImages/c.png: ");
  }

  @Test
  void voc_beside_the_pictures() {
    Written.picture(root, "train/a.png", "train/b.png", "test/c.png");
    Written.text(root, "train/a.xml", voc("a.png", object("dog", "2,3,11,12", "")));
    Written.text(root, "test/c.xml", voc("c.png", object("dog", "2,3,11,12", "")));
    BoxLayout layout = Written.layout(root);
    assertThat(Written.boxes(layout, "train")).containsExactly("train/a.png: dog 1,2,11,12");
    assertThat(layout.description("train")).contains("left out: 1 picture without an xml (b.png)");
  }

  @Test
  void open_images_has_its_own_order_of_edges() {
    Written.picture(root, "train/0a.png", "validation/0b.png");
    Written.text(
        root,
        "oidv6-train-annotations-bbox.csv",
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside",
        "0a,xclick,/m/01,1,0.1,0.5,0.2,0.8,0,0,0,0,0",
        "0a,xclick,/m/02,1,0,1,0,1,0,0,1,0,0");
    Written.text(
        root,
        "validation-annotations-bbox.csv",
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside",
        "0b,xclick,/m/01,1,0.1,0.5,0.2,0.8,0,0,0,0,0");
    Written.text(root, "class-descriptions-boxable.csv", "/m/01,Apple", "/m/02,\"Box, small\"");
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("open-images");
    assertThat(layout.classes()).containsExactly("Apple", "Box, small");
    assertThat(Written.boxes(layout, "train"))
        .containsExactly("train/0a.png: Apple 4,4,20,16 Box, small 0,0,40,20 crowd");
    assertThat(layout.split(Layout.Role.VALIDATION)).contains("val");
  }

  @Test
  void tables_with_corners_or_sizes() {
    Written.picture(root, "images/a.png", "images/b.png", "images/c.png");
    Written.text(
        root,
        "labels.csv",
        "filename,width,height,class,xmin,ymin,xmax,ymax",
        "a.png,40,20,\"red, dark\",1,2,11,12",
        "b.png,40,20,blue,0,0,40,20",
        "c.png,40,20,,,,,");
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("csv");
    assertThat(Written.boxes(layout, "all"))
        .containsExactly(
            "images/a.png: red, dark 1,2,11,12", "images/b.png: blue 0,0,40,20", "images/c.png: ");
    Written.text(
        root,
        "labels.csv",
        "image;label;x;y;w;h;split",
        "a.png;red;1;2;10;10;train",
        "b.png;blue;0;0;40;20;test");
    BoxLayout sizes = Written.layout(root);
    assertThat(sizes.splits()).containsExactly("train", "test");
    assertThat(Written.boxes(sizes, "train")).containsExactly("images/a.png: red 1,2,11,12");
  }

  @Test
  void labelme_with_several_shapes() {
    Written.picture(root, "a.png", "b.png");
    Written.text(
        root,
        "a.json",
        ("{'version': '5', 'flags': {}, 'shapes': [{'label': 'cat', 'points': [[11, 12], [1, 2]], 'shape_type':"
                + " 'rectangle'}, {'label': 'dog', 'points': [[20, 10], [23, 14]], 'shape_type': 'circle'},"
                + " {'label': 'cat', 'points': [[3, 3], [9, 4], [5, 9]], 'shape_type': 'polygon'}],"
                + " 'imagePath': 'a.png', 'imageData': null, 'imageHeight': 20, 'imageWidth': 40}")
            .replace('\'', '"'));
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("labelme");
    assertThat(Written.boxes(layout, "all"))
        .containsExactly("a.png: cat 1,2,11,12 dog 15,5,25,15 cat 3,3,9,9");
    assertThat(layout.description("all")).contains("left out: 1 picture without a json (b.png)");
  }

  @Test
  void cvat_with_subsets_and_shapes() {
    Written.picture(root, "images/train/a.png", "images/b.png");
    Written.text(
        root,
        "annotations.xml",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<annotations><version>1.1</version><meta><task><labels><label><name>cat</name></label></labels></task></meta>",
        "<image id=\"0\" name=\"a.png\" subset=\"train\" width=\"40\" height=\"20\">",
        "<box label=\"cat\" source=\"manual\" occluded=\"0\" xtl=\"1.5\" ytl=\"2\" xbr=\"11\" ybr=\"12\" z_order=\"0\"><attribute name=\"x\">y</attribute></box>",
        "<polygon label=\"dog\" points=\"3.0,3.0;9,4;5,9\"></polygon>",
        "<mask label=\"dog\" rle=\"1, 2\" left=\"4\" top=\"5\" width=\"6\" height=\"7\"></mask></image>",
        "<image id=\"1\" name=\"b.png\" subset=\"test\" width=\"40\" height=\"20\">",
        "<box label=\"cat\" xtl=\"15\" ytl=\"8\" xbr=\"25\" ybr=\"12\" rotation=\"90\"></box></image></annotations>");
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("cvat");
    assertThat(Written.boxes(layout, "train"))
        .containsExactly("images/train/a.png: cat 1.5,2,11,12 dog 3,3,9,9 dog 4,5,10,12");
    assertThat(Written.boxes(layout, "test")).containsExactly("images/b.png: cat 18,5,22,15");
    assertThat(layout.description("test"))
        .contains("of boxes that are turned the one around them is taken");
  }

  @Test
  void label_studio_in_percent_with_uploads_and_turned_boxes() {
    Written.picture(root, "images/a b.png", "images/1a2b3c4d-c.png");
    Written.text(
        root,
        "project-1.json",
        ("[{'id': 1, 'annotations': [{'was_cancelled': true, 'result': []}, {'id': 2, 'result': [{'original_width': 40,"
                + " 'original_height': 20, 'type': 'rectanglelabels', 'value': {'x': 10, 'y': 20, 'width': 25,"
                + " 'height': 50, 'rotation': 0, 'rectanglelabels': ['cat']}}, {'type': 'choices', 'value':"
                + " {'choices': ['good']}}]}], 'data': {'image': '/data/upload/1/0f0f0f0f-a%20b.png'}},")
            .replace('\'', '"'),
        ("{'id': 2, 'annotations': [{'result': [{'original_width': 40, 'original_height': 20, 'type':"
                + " 'rectanglelabels', 'value': {'x': 50, 'y': 50, 'width': 10, 'height': 10, 'rotation': 90,"
                + " 'rectanglelabels': ['dog']}}, {'type': 'polygonlabels', 'value': {'points': [[10, 10], [20, 10],"
                + " [20, 60]], 'polygonlabels': ['cat']}}]}], 'data': {'image':"
                + " 'http://localhost:8080/data/upload/1a2b3c4d-c.png'}}]")
            .replace('\'', '"'));
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("label-studio");
    // turned by a right angle about (20, 10): 4 wide and 2 high becomes 2 wide to the left, 4 down
    assertThat(Written.boxes(layout, "all"))
        .containsExactly(
            "images/a b.png: cat 4,4,14,14", "images/1a2b3c4d-c.png: dog 18,10,20,14 cat 4,2,8,12");
  }

  /** {@link OneBoxLayout} is listed among the test's services; it is asked before all others. */
  @Test
  void a_layout_of_ones_own_is_found_and_asked_first() {
    Written.picture(root, "a.png");
    Written.text(root, "boxes.csv", "filename,class,xmin,ymin,xmax,ymax", "a.png,x,1,2,3,4");
    assertThat(Written.layout(root).kind()).isEqualTo("csv");
    Written.text(root, "one-box.txt", "");
    BoxLayout layout = Written.layout(root);
    assertThat(layout.kind()).isEqualTo("one-box");
    assertThat(Written.boxes(layout, "train")).containsExactly("a.png: all 0,0,40,20");
  }

  @Test
  void other_folders_are_no_data_with_boxes() {
    Written.picture(root, "cats/a.png", "dogs/b.png");
    Written.text(root, "list.csv", "filename,class", "a.png,cat");
    Written.text(root, "notes.json", "{\"a\": 1}");
    Written.text(root, "settings.yaml", "names: x");
    assertThat(BoxLayout.recognises(root)).isFalse();
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds no pictures with boxes. Expected annotations of COCO")
        .hasMessageContaining("filename, class, xmin, ymin, xmax, ymax");
  }
}
