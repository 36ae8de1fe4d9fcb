package dev.adapterx.model.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an input looks like is read from beside the weights, told by the recipe, or usual. */
class PreprocessingTest {
  private static final Backbones.Options DEFAULTS =
      Backbones.Options.defaults().with(Precision.FP32);
  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);

  @Test
  void hugging_face_without_a_crop_resizes_straight_to_the_input() {
    assertThat(loaded(Golden.path("hf_vit"), DEFAULTS))
        .isEqualTo(
            new ImagePreprocessing(
                16, 1, "bilinear", List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf_deit", "hf_dinov2"})
  void hugging_face_with_a_crop_resizes_the_shorter_side(String folder) {
    ImagePreprocessing p = loaded(Golden.path(folder), DEFAULTS);
    assertThat(p.cropPct()).isEqualTo(16.0 / 18);
    assertThat(p.interpolation()).isEqualTo("bicubic");
    assertThat(p.mean()).isEqualTo(folder.equals("hf_deit") ? List.of(0.5, 0.5, 0.5) : CLIP_MEAN);
  }

  @Test
  void timm_tells_in_its_config(@TempDir Path folder) throws IOException {
    timm(folder, "bicubic");
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(folder, DEFAULTS)) {
      assertThat(vit.preprocessing())
          .isEqualTo(
              new ImagePreprocessing(
                  16, 0.9, "bicubic", List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)));
      assertThat(vit.info().preprocessingSource()).isEqualTo("config of the weights");
      assertThat(vit.info().name()).isEqualTo("vit_test_patch4_16");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"crop_pct\": 1.0', CENTER",
    "'\"crop_pct\": 1.0, \"crop_mode\": \"center\"', CENTER",
    "'\"crop_pct\": 1.0, \"crop_mode\": \"squash\"', SQUASH",
    "'\"crop_pct\": 0.9, \"crop_mode\": \"squash\"', SQUASH"
  })
  void timm_says_whether_the_aspect_ratio_stays(
      String written, ImagePreprocessing.Crop crop, @TempDir Path folder) throws IOException {
    timm(folder, "bicubic");
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replaceAll("\"crop_pct\": *[0-9.]+", written));
    assertThat(loaded(folder, DEFAULTS).crop()).isEqualTo(crop);
    assertThat(Files.readString(config)).contains(written);
  }

  @Test
  void a_way_to_a_square_that_is_not_known_is_refused(@TempDir Path folder) throws IOException {
    timm(folder, "bicubic");
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceAll("\"crop_pct\"", "\"crop_mode\": \"border\", \"crop_pct\""));
    assertThatThrownBy(() -> Backbones.load(folder, DEFAULTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            config + ": pretrained_cfg.crop_mode: expected center or squash, found \"border\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"shortest_edge\": 16} | true | 1.0 | CENTER",
        "{\"shortest_edge\": 20} | true | 0.8 | CENTER",
        "16 | true | 1.0 | CENTER",
        "16 | false | 1.0 | SQUASH",
        "{\"height\": 16, \"width\": 16} | false | 1.0 | SQUASH",
        "{\"height\": 20, \"width\": 20} | true | 0.8 | SQUASH"
      })
  void transformers_squash_only_where_height_and_width_are_given(
      String size, boolean crop, double pct, ImagePreprocessing.Crop way, @TempDir Path folder)
      throws IOException {
    for (String name : List.of("model.safetensors", "config.json")) {
      Files.copy(Golden.path("hf_vit").resolve(name), folder.resolve(name));
    }
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"size": %s, "do_center_crop": %s, "crop_size": {"height": 16, "width": 16},
         "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
        """
            .formatted(size, crop));
    ImagePreprocessing p = loaded(folder, DEFAULTS);
    assertThat(p.crop()).isEqualTo(way);
    assertThat(p.cropPct()).isEqualTo(pct);
  }

  @Test
  void a_recipe_with_a_crop_of_all_squashes_unless_it_says_otherwise() {
    Backbones.Options all = new Backbones.Options(null, null, 1.0, null, null, Precision.FP32);
    assertThat(loaded(Golden.path("hf_dinov2"), all).crop())
        .isEqualTo(ImagePreprocessing.Crop.SQUASH);
    Backbones.Options middle = all.toBuilder().crop(ImagePreprocessing.Crop.CENTER).build();
    ImagePreprocessing p = loaded(Golden.path("hf_dinov2"), middle);
    assertThat(p.crop()).isEqualTo(ImagePreprocessing.Crop.CENTER);
    assertThat(p.cropPct()).isEqualTo(1);
  }

  @Test
  void adapters_that_do_not_say_were_squashed_by_a_crop_of_all() {
    String written =
        "{\"input-size\": 16, \"crop-pct\": %s, \"interpolation\": \"bicubic\","
            + " \"mean\": [0.5, 0.5, 0.5], \"std\": [0.5, 0.5, 0.5]}";
    assertThat(read(written.formatted("1")).crop()).isEqualTo(ImagePreprocessing.Crop.SQUASH);
    assertThat(read(written.formatted("0.9")).crop()).isEqualTo(ImagePreprocessing.Crop.CENTER);
  }

  private static ImagePreprocessing read(String json) {
    return dev.adapterx.base.Settings.convert(
        dev.adapterx.base.Settings.json().readTree(json), ImagePreprocessing.class, "test");
  }

  @Test
  void the_file_itself_finds_its_config_beside_it(@TempDir Path folder) throws IOException {
    timm(folder, "bilinear");
    assertThat(loaded(folder.resolve("model.safetensors"), DEFAULTS).interpolation())
        .isEqualTo("bilinear");
  }

  @Test
  void an_interpolation_nobody_has_is_refused(@TempDir Path folder) throws IOException {
    timm(folder, "nearest");
    assertThatThrownBy(() -> Backbones.load(folder, DEFAULTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            folder.resolve("config.json")
                + ": interpolation must be one of bicubic, bilinear, lanczos, box, found nearest");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"num_attention_heads\": 2 | \"num_attention_heads\": 2147483648 | num_attention_heads: expected a number of heads, found 2147483648",
        "[0.485, | [true, | pretrained_cfg.mean: expected numbers, found [true,0.456,0.406]",
        "[0.229, | [{}, | pretrained_cfg.std: expected numbers, found [{},0.224,0.225]"
      })
  void numbers_that_are_none_are_named(
      String written, String instead, String message, @TempDir Path folder) throws IOException {
    timm(folder, "bicubic");
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace(written, instead));
    assertThatThrownBy(() -> Backbones.load(folder, DEFAULTS))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(config + ": " + message);
  }

  @Test
  void the_recipe_has_the_last_word() {
    Backbones.Options told =
        new Backbones.Options(24, Normalisation.IMAGENET, 0.95, null, null, Precision.FP32);
    try (VisionTransformer vit =
        (VisionTransformer) Backbones.load(Golden.path("hf_dinov2"), told)) {
      assertThat(vit.preprocessing())
          .isEqualTo(ImagePreprocessing.of(24, 0.95, Normalisation.IMAGENET));
      assertThat(vit.info().preprocessingSource()).isEqualTo("recipe");
    }
  }

  @ParameterizedTest
  @CsvSource({"hf_vit, half", "hf_deit, imagenet", "hf_dinov2, imagenet"})
  void without_any_word_it_is_what_is_usual_for_such_weights(
      String model, String normalisation, @TempDir Path folder) throws IOException {
    Files.copy(
        Golden.path(model).resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Backbones.Options heads = new Backbones.Options(null, null, null, 2, null, Precision.FP32);
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(folder, heads)) {
      assertThat(vit.preprocessing().normalisation()).isEqualTo(normalisation);
      assertThat(vit.preprocessing().cropPct()).isEqualTo(0.875);
      assertThat(vit.info().preprocessingSource())
          .startsWith("what is usual for hf-")
          .endsWith("the file does not say");
    }
  }

  @Test
  void a_normalisation_is_known_by_its_numbers() {
    for (Normalisation known : Normalisation.OF_PICTURES) {
      assertThat(ImagePreprocessing.of(224, 1, known).normalisation())
          .isEqualTo(known.name().toLowerCase(Locale.ROOT));
    }
    assertThat(loaded(Golden.path("hf_dinov2"), DEFAULTS).normalisation()).isEqualTo("clip");
    assertThat(
            new ImagePreprocessing(16, 1, "bicubic", List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 0.6))
                .normalisation())
        .isEqualTo("mean [0.1, 0.2, 0.3] std [0.4, 0.5, 0.6]");
  }

  @Test
  void nonsense_is_refused_at_birth() {
    List<Double> three = List.of(0.5, 0.5, 0.5);
    refused(() -> new ImagePreprocessing(0, 1, "bicubic", three, three), "input-size");
    refused(() -> new ImagePreprocessing(224, 1.5, "bicubic", three, three), "crop-pct");
    refused(() -> new ImagePreprocessing(224, Double.NaN, "bicubic", three, three), "crop-pct");
    refused(() -> new ImagePreprocessing(224, 1, "bicubic", List.of(0.5), three), "3 means");
    refused(
        () -> new ImagePreprocessing(224, 1, "bicubic", three, List.of(0.5, 0.0, 0.5)), "positive");
    refused(() -> new ImagePreprocessing(224, 1, null, three, three), "interpolation");
    refused(() -> new ImagePreprocessing(224, 1, "bicubic", null, three), "found null and");
    List<Double> hole = Arrays.asList(0.5, null, 0.5);
    refused(
        () -> new ImagePreprocessing(224, 1, "bicubic", three, hole),
        "found [0.5, 0.5, 0.5] and [");
  }

  private static void refused(ThrowingCallable made, String part) {
    assertThatThrownBy(made).isInstanceOf(ConfigException.class).hasMessageContaining(part);
  }

  private static ImagePreprocessing loaded(Path path, Backbones.Options options) {
    try (VisionTransformer vit = (VisionTransformer) Backbones.load(path, options)) {
      return vit.preprocessing();
    }
  }

  /** A folder as timm publishes them. */
  private static void timm(Path folder, String interpolation) throws IOException {
    Files.copy(
        Golden.path("hf_vit").resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"architecture": "vit_test_patch4_16", "num_attention_heads": 2, "pretrained_cfg":
          {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "crop_pct": 0.9,
           "interpolation": "%s"}}
        """
            .formatted(interpolation));
  }
}
