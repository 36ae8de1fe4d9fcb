package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.model.input.ImagePreprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Switches of transformers' image processors, and names of classes in config.json. */
class ProcessorFlagsTest {
  private static final String MEAN =
      "\"image_mean\": [0.4, 0.5, 0.6], \"image_std\": [0.2, 0.25, 0.3]";

  @TempDir Path folder;

  private ImagePreprocessing read(String keys) {
    write("preprocessor_config.json", keys);
    return SidecarConfig.beside(folder).preprocessing(224).orElseThrow();
  }

  private void write(String name, String keys) {
    try {
      Files.writeString(folder.resolve(name), "{" + keys + "}");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** v = (p · f − mean) / std for p = 100, in the first channel; computed by transformers' rule. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"do_normalize\": true | -0.0392156862745098", // (100/255 - 0.4) / 0.2
        "\"do_normalize\": false | 0.39215686274509803", // 100/255
        "\"do_rescale\": false | 498.0", // (100 - 0.4) / 0.2
        "\"rescale_factor\": 0.00784313725490196 | 1.9215686274509802", // (100/127.5 - 0.4) / 0.2
        "\"do_normalize\": false, \"do_rescale\": false | 100",
        "\"do_normalize\": false, \"rescale_factor\": 0.00784313725490196 | 0.7843137254901961",
        "\"do_rescale\": true, \"rescale_factor\": 0.00392156862745098 | -0.0392156862745098",
      })
  void values_come_out_as_transformers_has_them(String keys, double expected) {
    ImagePreprocessing p = read(keys + ", " + MEAN);
    double value = (100 / 255.0 - p.mean().get(0)) / p.std().get(0);
    assertThat(value).isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
  }

  @Test
  void means_of_0_to_255_are_the_same_as_of_0_to_1_without_rescaling() {
    ImagePreprocessing p =
        read("\"do_rescale\": false, \"image_mean\": [127.5, 127.5, 127.5], \"image_std\": 127.5");
    assertThat(p.normalisation()).isEqualTo("half");
    assertThat(read("\"do_normalize\": false").normalisation()).isEqualTo("none");
  }

  @Test
  void steps_that_are_not_known_are_refused_by_name() {
    assertThatThrownBy(() -> read(MEAN + ", \"do_flip_channel_order\": true"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            folder.resolve("preprocessor_config.json")
                + ": do_flip_channel_order is true, a step that is not supported; set it to false"
                + " in that file to prepare pictures without it");
    assertThatThrownBy(() -> read(MEAN + ", \"rescale_offset\": true"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("rescale_offset is true");
    assertThatThrownBy(() -> read(MEAN + ", \"do_resize\": false, \"do_center_crop\": true"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("do_center_crop without do_resize");
    assertThatThrownBy(() -> read(MEAN + ", \"rescale_factor\": 0"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("rescale_factor: expected a positive number, found 0");
    assertThat(read(MEAN + ", \"do_flip_channel_order\": false, \"do_pad\": null").inputSize())
        .isEqualTo(224);
    read(MEAN + ", \"do_resize\": false");
    assertThat(SidecarConfig.beside(folder).wantsPreparedPictures()).isTrue();
  }

  @Test
  void names_of_classes_are_those_of_the_config() {
    write("config.json", "\"id2label\": {\"1\": \"dog\", \"0\": \"cat\", \"2\": \"猫\"}");
    assertThat(SidecarConfig.beside(folder).labels()).containsExactly("cat", "dog", "猫");
    write("config.json", "\"id2label\": {\"1\": \"dog\", \"5\": \"cat\"}");
    assertThat(SidecarConfig.beside(folder).labels()).isEmpty();
    write("config.json", "\"label_names\": [\"n01\", \"n02\"]");
    assertThat(SidecarConfig.beside(folder).labels()).containsExactly("n01", "n02");
    write(
        "config.json",
        "\"label_names\": [\"n01\", \"n02\"], \"label_descriptions\": {\"n01\": \"tench\"}");
    assertThat(SidecarConfig.beside(folder).labels()).containsExactly("tench", "n02");
    write("config.json", "");
    assertThat(SidecarConfig.beside(folder).labels()).isEmpty();
  }
}
