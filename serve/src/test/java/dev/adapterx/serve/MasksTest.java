package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.mask.RunLength;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.segment.PixelForm;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.dense.segment.Segmenter;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.weight.Lora;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class MasksTest {
  private static final List<String> LABELS = List.of("sky", "road", "tree");

  @TempDir Path folder;

  private Serving serving;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    write("streets", new Lora(), 1);
    write("probe", new LinearProbe(), 2);
    write("probe2", new LinearProbe(), 3);
    serving.write("birds", new Lora(), 3, 4);
    serving.start(Serving.options());
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  private void write(String name, PeftMethod method, long seed) {
    try (AdaptedModel model =
        AdaptedModel.attach(
            serving.backbone,
            method,
            Segmentation.of(LABELS, PixelForm.linear(serving.backbone), 32),
            seed)) {
      AdapterFile.write(model, folder.resolve(name));
    }
  }

  /** What predict writes of a file, and its file's bytes. */
  private record Predicted(ClassMask mask, byte[] png) {}

  private Predicted predicted(String adapter, byte[] content) throws Exception {
    Path picture = Files.write(folder.resolve("picture.png"), content);
    try (AdaptedModel model = AdapterFile.read(folder.resolve(adapter)).attach(serving.backbone)) {
      Segmenter segmenter = Segmenter.of(model);
      Path png = folder.resolve("mask.png");
      ClassMask[] mask = new ClassMask[1];
      assertThat(
              segmenter.segment(List.of(picture), found -> mask[0] = found.classes(), broken -> {}))
          .isZero();
      new MaskPainter(segmenter.task().colours()).writeIndices(png, mask[0]);
      return new Predicted(mask[0], Files.readAllBytes(png));
    }
  }

  private static byte[] picture(int number, int width, int height) {
    return Serving.png(number, width, height);
  }

  @Test
  void a_mask_has_the_bytes_that_predict_writes_in_every_form() throws Exception {
    for (byte[] picture : List.of(picture(1, 40, 40), picture(2, 100, 44), picture(3, 9, 57))) {
      for (String adapter : List.of("streets", "probe")) {
        Predicted expected = predicted(adapter, picture);

        HttpResponse<byte[]> answer = serving.post("/predict/" + adapter, picture);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        JsonNode json = json(answer);
        assertThat(json.path("width").intValue()).isEqualTo(expected.mask.width());
        assertThat(json.path("height").intValue()).isEqualTo(expected.mask.height());
        assertThat(Base64.getDecoder().decode(json.path("mask").path("png").stringValue()))
            .isEqualTo(expected.png);
        assertShares(json.path("classes"), expected.mask);

        HttpResponse<byte[]> file = serving.post("/predict/" + adapter + "?mask=file", picture);
        assertThat(file.headers().firstValue("Content-Type")).hasValue("image/png");
        assertThat(file.body()).isEqualTo(expected.png);

        JsonNode runs = json(serving.post("/predict/" + adapter + "?mask=rle", picture));
        assertThat(runs.has("mask")).isFalse();
        for (JsonNode one : runs.path("classes")) {
          JsonNode rle = one.path("rle");
          assertThat(
                  RunLength.parse(
                      rle.path("size").get(0).intValue(),
                      rle.path("size").get(1).intValue(),
                      rle.path("counts").stringValue()))
              .isEqualTo(RunLength.of(expected.mask, one.path("index").intValue()));
        }
        JsonNode none = json(serving.post("/predict/" + adapter + "?mask=none", picture));
        assertThat(none.has("mask")).isFalse();
        assertThat(none.path("classes").get(0).has("rle")).isFalse();
      }
    }
  }

  private static void assertShares(JsonNode classes, ClassMask mask) {
    double all = 0;
    double before = 1;
    for (JsonNode one : classes) {
      int index = one.path("index").intValue();
      int pixels = 0;
      for (short found : mask.classes()) {
        pixels += found == index ? 1 : 0;
      }
      assertThat(one.path("label").stringValue()).isEqualTo(LABELS.get(index));
      assertThat(one.path("share").doubleValue())
          .isEqualTo((double) pixels / mask.classes().length)
          .isPositive()
          .isLessThanOrEqualTo(before);
      assertThat(one.path("colour").stringValue()).matches("#[0-9a-f]{6}");
      before = one.path("share").doubleValue();
      all += before;
    }
    assertThat(all).isEqualTo(1, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void adapters_of_several_tasks_answer_for_one_picture() throws Exception {
    byte[] picture = picture(4, 70, 50);
    JsonNode all =
        json(serving.post("/predict?adapters=probe,birds,streets,probe2", picture)).path("answers");
    assertThat(all.size()).isEqualTo(4);
    List<String> names = List.of("probe", "birds", "streets", "probe2");
    for (int i = 0; i < 4; i++) {
      assertThat(all.get(i).path("adapter").stringValue()).isEqualTo(names.get(i));
      if (i != 1) {
        assertThat(Base64.getDecoder().decode(all.get(i).path("mask").path("png").stringValue()))
            .isEqualTo(predicted(names.get(i), picture).png);
      }
    }
    JsonNode alone = json(serving.post("/predict/birds", picture));
    assertThat(all.get(1)).isEqualTo(alone);
    HttpResponse<byte[]> file = serving.post("/predict?adapters=probe,streets&mask=file", picture);
    assertThat(file.statusCode()).isEqualTo(400);
    assertThat(text(file)).contains("ask /predict/NAME");
    assertThat(text(serving.post("/predict/probe?mask=svg", picture)))
        .contains("mask: expected png, rle, none or file");
  }

  @Test
  void the_protocol_has_a_tensor_of_masks() throws Exception {
    JsonNode model = json(serving.get("/v2/models/streets"));
    assertThat(model.path("outputs").toString())
        .isEqualTo(
            "[{\"name\":\"mask\",\"datatype\":\"UINT16\",\"shape\":[-1,-1,-1]},"
                + "{\"name\":\"shares\",\"datatype\":\"FP32\",\"shape\":[-1,3]}]");
    byte[] first = picture(5, 60, 36);
    byte[] second = picture(6, 60, 36);
    HttpResponse<byte[]> answer =
        serving.post("/v2/models/streets/infer", request(true, first, second));
    int head =
        Integer.parseInt(
            answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    JsonNode json =
        dev.adapterx.base.Settings.json().readTree(answer.body(), 0, head).path("outputs");
    assertThat(json.get(0).path("shape").toString()).isEqualTo("[2,36,60]");
    short[] masks = new short[2 * 36 * 60];
    ByteBuffer bytes = ByteBuffer.wrap(answer.body(), head, 2 * masks.length);
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(masks);
    ClassMask one = predicted("streets", first).mask;
    ClassMask two = predicted("streets", second).mask;
    for (int i = 0; i < masks.length; i++) {
      short expected =
          i < one.classes().length ? one.classes()[i] : two.classes()[i - one.classes().length];
      assertThat(masks[i]).as("pixel %d", i).isEqualTo(expected);
    }
    JsonNode inJson =
        json(serving.post("/v2/models/streets/infer", request(false, first))).path("outputs");
    assertThat(inJson.get(0).path("data").size()).isEqualTo(36 * 60);
    assertThat(inJson.get(1).path("data").size()).isEqualTo(3);

    HttpResponse<byte[]> uneven =
        serving.post("/v2/models/streets/infer", request(true, first, picture(7, 60, 37)));
    assertThat(uneven.statusCode()).isEqualTo(400);
    assertThat(text(uneven)).contains("60 x 36", "60 x 37", "send pictures of one size");
    assertThat(
            text(
                serving.post(
                    "/v2/models/streets/infer",
                    "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"\"]}],\"outputs\":[{\"name\":\"label\"}]}"
                        .getBytes(StandardCharsets.UTF_8))))
        .contains("outputs: expected 'mask' or 'shares', found 'label'");
  }

  private static byte[] request(boolean binary, byte[]... pictures) {
    StringBuilder data = new StringBuilder();
    for (byte[] picture : pictures) {
      data.append(data.isEmpty() ? "\"" : ",\"")
          .append(Base64.getEncoder().encodeToString(picture))
          .append('"');
    }
    return "{\"inputs\":[{\"name\":\"image\",\"shape\":[%d],\"datatype\":\"BYTES\",\"data\":[%s]}],\"parameters\":{\"binary_data_output\":%s}}"
        .formatted(pictures.length, data, binary)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void a_prepared_window_has_a_mask_of_its_size() throws Exception {
    StringBuilder numbers = new StringBuilder("0.25");
    for (int i = 1; i < 3 * 32 * 32; i++) {
      numbers.append(",").append(i % 7 / 7f);
    }
    JsonNode outputs =
        json(serving.post(
                "/v2/models/probe/infer",
                "{\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"data\":[%s]}]}"
                    .formatted(numbers)
                    .getBytes(StandardCharsets.UTF_8)))
            .path("outputs");
    assertThat(outputs.get(0).path("shape").toString()).isEqualTo("[1,32,32]");
  }

  @Test
  void a_picture_can_be_looked_at_as_the_backbone_sees_it() {
    JsonNode view = json(serving.post("/predict/birds?view=true", picture(8, 70, 50))).path("view");
    byte[] png = Base64.getDecoder().decode(view.path("png").stringValue());
    assertThat(ImageDecoder.decode(png, "seen", true).width()).isEqualTo(32);
    assertThat(view.has("expert")).isFalse();
  }
}
