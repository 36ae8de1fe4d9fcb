package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.image.format.IndexImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A folder of pictures and masks through train, evaluate, predict and compare. */
class SegmentationCommandsTest {
  private static final List<String> SMALL =
      List.of(
          "backbone.preset=vit_32x2x2_patch8_32",
          "backbone.precision=fp32",
          "train.epochs=6",
          "train.batch=4",
          "train.lr=0.02");

  @TempDir static Path home;
  private static Path data;
  private static Path run;
  private static Invocation trained;

  @BeforeAll
  static void train() throws IOException {
    data = home.resolve("roads");
    for (int i = 0; i < 15; i++) {
      pair(i);
    }
    Files.writeString(data.resolve("classes.txt"), "sky\nroad\n");
    run = home.resolve("run");
    Object[] command = new Object[SMALL.size() + 4];
    command[0] = "train";
    command[1] = data;
    for (int i = 0; i < SMALL.size(); i++) {
      command[2 + i] = SMALL.get(i);
    }
    command[command.length - 2] = "--out";
    command[command.length - 1] = run;
    trained = Invocation.of(command);
    assertThat(trained.code()).as(trained.toString()).isZero();
  }

  /** Blue above grey; the horizon is where the number says. */
  private static void pair(int i) throws IOException {
    int horizon = 12 + i;
    picture(data.resolve("images/" + i + ".png"), 48, 40, horizon);
    BufferedImage mask = new BufferedImage(48, 40, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = horizon; y < 40; y++) {
      for (int x = 0; x < 48; x++) {
        mask.getRaster().setSample(x, y, 0, 1);
      }
    }
    Files.createDirectories(data.resolve("masks"));
    ImageIO.write(mask, "png", data.resolve("masks/" + i + ".png").toFile());
  }

  private static Path picture(Path file, int width, int height, int horizon) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(60, 120, 250));
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(new Color(70, 60, 50));
    graphics.fillRect(0, horizon, width, height);
    graphics.dispose();
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void the_task_follows_from_the_data_and_the_result_is_a_mean_iou() {
    assertThat(trained.out())
        .contains("15 images of 2 classes, of which 3 are held out and measured")
        .contains("task: segmentation")
        .containsPattern("Adapter-X on roads \\(.*\\), 1 seed \\(0\\): mIoU \\d+\\.\\d+ %");
  }

  @Test
  void evaluate_says_what_the_run_says() throws IOException {
    JsonNode measured = Invocation.of("evaluate", run, "--json").json();
    String summary = Files.readString(run.resolve("run.json")).replace(" ", "");
    assertThat(summary).contains("\"val-mIoU-last\":" + measured.path("mIoU").asDouble() + ",");
    assertThat(measured.path("classes").path(1).path("name").asString()).isEqualTo("road");
    Invocation text = Invocation.of("evaluate", run);
    assertThat(text.out())
        .contains("mIoU", "pixel accuracy", "mean Dice")
        .containsPattern("road +\\d,\\d{3} ");
    Path other = home.resolve("other");
    for (String file :
        List.of(
            "recipe.yaml", "adapter/adapter_config.json", "adapter/adapter_model.safetensors")) {
      Files.createDirectories(other.resolve(file).getParent());
      Files.copy(run.resolve(file), other.resolve(file));
    }
    Invocation refused = Invocation.of("evaluate", run, "--with", other);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("the model's task is segmentation");
  }

  @Test
  void predict_writes_masks_of_the_pictures_sizes_and_overlays() throws IOException {
    Path photos = home.resolve("photos");
    Path wide = picture(photos.resolve("wide.png"), 90, 36, 20);
    picture(photos.resolve("deep/wide.png"), 33, 50, 20);
    Path out = home.resolve("found");
    Invocation found = Invocation.of("predict", run, photos, "--out", out, "--json");
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(found.jsonLines()).hasSize(2);
    JsonNode line = found.jsonLines().get(1);
    assertThat(line.path("file").asString()).isEqualTo(wide.toString());
    double shares = 0;
    for (JsonNode one : line.path("classes")) {
      shares += one.path("share").asDouble();
    }
    assertThat(shares).isEqualTo(1.0, org.assertj.core.api.Assertions.within(1e-9));
    IndexImage mask = IndexImage.read(Path.of(line.path("mask").asString()));
    assertThat(mask.width()).isEqualTo(90);
    assertThat(mask.height()).isEqualTo(36);
    assertThat(mask.kind()).isEqualTo(IndexImage.Kind.PALETTE);
    assertThat(mask.palette()).startsWith(0x000000, 0x800000);
    assertThat(out.resolve("overlays/wide.png")).exists();
    assertThat(out.resolve("masks/wide-2.png")).exists();
    assertThat(out.resolve("classes.csv"))
        .hasContent("index,name,red,green,blue\n0,sky,0,0,0\n1,road,128,0,0\n");
  }

  @Test
  void a_broken_picture_is_named_and_the_others_go_on() throws IOException {
    Path photos = home.resolve("some");
    picture(photos.resolve("good.png"), 40, 40, 20);
    Files.writeString(photos.resolve("bad.png"), "no picture");
    Invocation found = Invocation.of("predict", run, photos, "--out", home.resolve("some-found"));
    assertThat(found.code()).isEqualTo(2);
    assertThat(found.err()).contains("bad.png", "1 of 2 files could not be read");
    assertThat(found.out()).contains("good.png  ");
    assertThat(home.resolve("some-found/masks/good.png")).exists();
  }

  @Test
  void an_adapter_alone_predicts_with_its_backbone_named() {
    Invocation found = Invocation.of("predict", run.resolve("adapter"), data.resolve("images"));
    assertThat(found.code()).isEqualTo(2);
    assertThat(found.err()).contains("is an adapter without its backbone");
  }

  @Test
  void data_check_counts_classes_and_names_what_is_broken() throws IOException {
    Invocation sound = Invocation.of("data", "check", data);
    assertThat(sound.code()).as(sound.err()).isZero();
    // horizons of 12 to 26 of 40 rows: 19 of 40 are sky
    assertThat(sound.out()).containsPattern("sky +47.50 %").contains("No problems.");
    Path twin = home.resolve("twin");
    for (int i = 0; i < 2; i++) {
      picture(twin.resolve("images/" + i + ".png"), 30, 20, 8);
    }
    picture(twin.resolve("images/alone.png"), 30, 20, 8);
    Files.createDirectories(twin.resolve("masks"));
    for (int i = 0; i < 2; i++) {
      BufferedImage mask = new BufferedImage(30, 20 + i, BufferedImage.TYPE_BYTE_GRAY);
      mask.getRaster().setSample(3, 3, 0, 1);
      ImageIO.write(mask, "png", twin.resolve("masks/" + i + ".png").toFile());
    }
    Invocation broken = Invocation.of("data", "check", twin);
    assertThat(broken.code()).isEqualTo(2);
    assertThat(broken.out())
        .contains("problem: 1 of 'all' cannot be used")
        .contains("has 30 x 20 pixels, its mask", "has 30 x 21")
        .contains("left out: 1 picture without a mask (images/alone.png)");
    JsonNode json = Invocation.of("data", "check", data, "--json").json();
    assertThat(json.path("splits").path(0).path("pictures").asInt()).isEqualTo(15);
  }

  /** The figures of docs/segmentation.md, which PixelHeadTest holds against the formulas. */
  @Test
  void params_count_the_head_of_pixels() {
    Invocation wide = params("--head", "21");
    assertThat(wide.json().get("head").asLong()).isEqualTo(102_570);
    Invocation probe = params("--head", "21", "head={kind: pixels, upscale: 0, taps: [11]}");
    assertThat(probe.json().get("head").asLong()).isEqualTo(4_437);
    assertThat(params().json().get("head").asLong()).isZero();
    assertThat(params("--head", "vtab-1k").err()).contains("VTAB-1k's tasks are classifications");
  }

  private static Invocation params(Object... more) {
    Object[] given = {
      "params", "vit_tiny_patch16_224", "--method", "linear-probe", "--json", "task=segmentation"
    };
    return Invocation.of(Stream.concat(Arrays.stream(given), Arrays.stream(more)).toArray());
  }
}
