package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A folder of pictures and a table of boxes through train, evaluate, predict and compare. */
class DetectionCommandsTest {
  private static final List<String> SMALL =
      List.of(
          "backbone.preset=vit_32x2x2_patch8_32",
          "backbone.precision=fp32",
          "train.epochs=3",
          "train.batch=4",
          "train.lr=0.02");

  @TempDir static Path home;
  private static Path data;
  private static Path run;
  private static Invocation trained;

  @BeforeAll
  static void train() throws IOException {
    data = home.resolve("signs");
    List<String> rows = new ArrayList<>(List.of("filename,class,xmin,ymin,xmax,ymax"));
    for (int i = 0; i < 15; i++) {
      picture(data.resolve("images/" + i + ".png"), 48, 40, 4 + i, 6 + i / 2);
      rows.add("%d.png,%s,%d,%d,%d,%d".formatted(i, "sign", 4 + i, 6 + i / 2, 20 + i, 22 + i / 2));
    }
    Files.writeString(data.resolve("boxes.csv"), String.join("\n", rows) + "\n");
    run = home.resolve("run");
    trained = Invocation.of(with("train", data, "--out", run));
    assertThat(trained.code()).as(trained.toString()).isZero();
  }

  private static Object[] with(Object... command) {
    return Stream.concat(Arrays.stream(command), SMALL.stream()).toArray();
  }

  /** A red square of 16 pixels on grey. */
  private static Path picture(Path file, int width, int height, int left, int top)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(70, 70, 70));
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(new Color(220, 40, 40));
    graphics.fillRect(left, top, 16, 16);
    graphics.dispose();
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void the_task_follows_from_the_data_and_the_result_is_average_precision() {
    assertThat(trained.out())
        .contains("a table of boxes (boxes.csv)")
        .contains("15 images of 1 class, of which 3 are held out and measured")
        .contains("task: detection")
        .containsPattern("Adapter-X on signs \\(.*\\), 1 seed \\(0\\): AP \\d+\\.\\d+ %");
  }

  @Test
  void evaluate_says_what_the_run_says() throws IOException {
    JsonNode measured = Invocation.of("evaluate", run, "--json").json();
    String summary = Files.readString(run.resolve("run.json")).replace(" ", "");
    assertThat(summary).contains("\"val-AP-last\":" + measured.path("AP").asDouble() + ",");
    assertThat(measured.path("classes").path(0).path("name").asString()).isEqualTo("sign");
    assertThat(measured.path("classes").path(0).path("objects").asInt()).isEqualTo(3);
    Invocation text = Invocation.of("evaluate", run);
    assertThat(text.out()).contains("AP50", "AP75", "objects").containsPattern("sign +3 ");
  }

  /** As COCO's tools have it: pictures without objects count where others have some. */
  @Test
  void evaluate_takes_pictures_without_objects_among_others_and_refuses_them_alone()
      throws IOException {
    Path mixed = home.resolve("mixed");
    List<String> pictures = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      picture(mixed.resolve("images/" + i + ".png"), 48, 40, 4 + i, 6);
      pictures.add("{'id': %d, 'file_name': '%d.png', 'width': 48, 'height': 40}".formatted(i, i));
    }
    String box = "{'id': 1, 'image_id': 0, 'category_id': 1, 'bbox': [4, 6, 16, 16], 'area': 256}";
    coco(mixed.resolve("test.json"), pictures, box);
    Invocation measured = Invocation.of("evaluate", run, "--data", mixed, "--json");
    assertThat(measured.code()).as(measured.err()).isZero();
    assertThat(measured.json().path("AP").asDouble(-1)).isBetween(0.0, 100.0);
    assertThat(measured.json().path("classes").path(0).path("objects").asInt()).isEqualTo(1);

    coco(mixed.resolve("val.json"), pictures.subList(1, 4), "");
    Invocation alone = Invocation.of("evaluate", run, "--data", mixed, "--split", "val");
    assertThat(alone.code()).isEqualTo(2);
    assertThat(alone.err())
        .contains("none of the images of the split 'val' (3) has a box that is to be found")
        .contains("Without any no score is defined", "adapterx predict shows");
    Files.delete(mixed.resolve("test.json"));
    Invocation none = Invocation.of("evaluate", run, "--data", mixed, "--split", "val");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err())
        .contains("has no box in any of its 3 pictures")
        .contains("no average precision is defined", "adapterx predict shows");
  }

  private static void coco(Path file, List<String> pictures, String boxes) throws IOException {
    String text =
        "{'images': [%s], 'annotations': [%s], 'categories': [{'id': 1, 'name': 'sign'}]}"
            .formatted(String.join(", ", pictures), boxes);
    Files.writeString(file, text.replace('\'', '"'));
  }

  @Test
  void predict_writes_what_several_tools_read_and_names_broken_pictures() throws IOException {
    Path photos = home.resolve("photos");
    Path wide = picture(photos.resolve("wide.png"), 90, 36, 10, 10);
    Files.writeString(photos.resolve("bad.png"), "no picture");
    Path out = home.resolve("found");
    Invocation found = Invocation.of("predict", run, photos, "--out", out, "--json");
    assertThat(found.code()).isEqualTo(2);
    assertThat(found.err()).contains("bad.png", "1 of 2 files could not be read");
    JsonNode line = found.jsonLines().get(0);
    assertThat(line.path("file").asString()).isEqualTo(wide.toString());
    for (JsonNode box : line.path("boxes")) {
      assertThat(box.path("label").asString()).isEqualTo("sign");
      assertThat(box.path("box").get(2).asDouble()).isLessThanOrEqualTo(90);
    }
    for (String file :
        List.of(
            "overlays/wide.png",
            "labels/wide.txt",
            "predictions.json",
            "detections.csv",
            "classes.csv")) {
      assertThat(out.resolve(file)).exists();
    }
  }

  @Test
  void methods_are_compared_by_average_precision() {
    Invocation compared =
        Invocation.of(
            with(
                "compare",
                data,
                "--methods",
                "linear-probe,lora",
                "--out",
                home.resolve("compared"),
                "train.epochs=1"));
    assertThat(compared.code()).as(compared.toString()).isZero();
    assertThat(compared.out()).contains("AP in % at the best epoch", "lora");
  }

  @Test
  void data_check_counts_objects_and_names_what_is_broken() throws IOException {
    Invocation sound = Invocation.of("data", "check", data);
    assertThat(sound.code()).as(sound.err()).isZero();
    assertThat(sound.out()).containsPattern("sign +15").contains("No problems.");
    Path twin = home.resolve("twin");
    picture(twin.resolve("images/a.png"), 30, 20, 2, 2);
    Files.writeString(
        twin.resolve("boxes.csv"),
        "filename,class,xmin,ymin,xmax,ymax\na.png,sign,2,2,18,18\na.png,sign,9,9,9,9\n"
            + "b.png,sign,1,1,4,4\n");
    Invocation broken = Invocation.of("data", "check", twin);
    assertThat(broken.code()).isEqualTo(2);
    assertThat(broken.out())
        .contains("problem: of 'all' 1 box is left out:")
        .contains("boxes.csv:3: 'sign' has no area: left 9, top 9, right 9, bottom 9")
        .contains("problem: of 'all' 1 picture is named and not there:");
    JsonNode json = Invocation.of("data", "check", data, "--json").json();
    assertThat(json.path("splits").path(0).path("pictures").asInt()).isEqualTo(15);
  }

  @Test
  void data_check_reads_data_as_a_recipe_would() {
    Invocation wrong = Invocation.of("data", "check", data, "data.boxes.classes=[sing]");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("data.boxes.classes: 'sing' is no class of", "'sign'");
    Invocation other = Invocation.of("data", "check", data, "data.masks.classes=[a, b]");
    assertThat(other.err()).contains("data.masks is for the task segmentation");
    Path classes = TinyRun.data(home.resolve("classes"));
    assertThat(Invocation.of("data", "check", classes, "data.boxes.tile=1").err())
        .contains("keys are for masks, boxes and labels of points");
  }

  /** The figures of docs/detection.md, which BoxHeadTest holds against the formulas. */
  @Test
  void params_count_the_head_of_boxes() {
    assertThat(params("--head", "20").json().get("head").asLong()).isEqualTo(378_553);
    assertThat(
            params("--head", "20", "head={kind: boxes, width: 32, convs: 0}")
                .json()
                .get("head")
                .asLong())
        .isEqualTo(73_824 + 96 * 32 + 2 * 192 * 32 + 3 * (9 * 32 * 32 + 128) + 289 * 25);
    assertThat(params("--head", "vtab-1k").err()).contains("VTAB-1k's tasks are classifications");
  }

  private static Invocation params(Object... more) {
    Object[] given = {
      "params", "vit_tiny_patch16_224", "--method", "linear-probe", "--json", "task=detection"
    };
    return Invocation.of(Stream.concat(Arrays.stream(given), Arrays.stream(more)).toArray());
  }
}
