package dev.adapterx.cli.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstAdapterTest {
  @TempDir Path folder;
  private int loads;

  private void write(String name, Backbone backbone) {
    try (backbone;
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, new LinearProbe(), Classification.of(List.of("a", "b")), 1)) {
      AdapterFile.write(model, folder.resolve(name));
    }
  }

  private static Backbone embedded(int side) {
    return Backbones.embedded("embedded", Backbones.Options.builder().inputSize(side).build());
  }

  private int side(@Nullable Integer size, boolean trains) {
    loads = 0;
    try (Backbone loaded =
        new FirstAdapter(folder)
            .load(
                size,
                trains,
                options -> {
                  loads++;
                  return Backbones.embedded("embedded", options);
                })) {
      return ((ImagePreprocessing) loaded.preprocessing()).inputSize();
    }
  }

  @Test
  void adapters_of_other_backbones_do_not_decide() {
    write("a-preset", Backbones.initial("vit_32x2x2_patch8_32", Backbones.Options.defaults(), 1));
    write("b-points", Backbones.embedded("embedded-points", Backbones.Options.defaults()));
    int plain = side(null, false);
    write("c-own", embedded(96));
    write("d-own", embedded(128));
    assertThat(plain).isEqualTo(64);
    assertThat(side(null, false)).isEqualTo(96);
    assertThat(loads).isLessThanOrEqualTo(2);
    assertThat(side(128, false)).isEqualTo(128);
    assertThat(side(48, true)).isEqualTo(48);
    assertThatThrownBy(() -> side(32, false)) // the size of another backbone's adapter
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("was trained with 32 pixels; expected 96 (c-own), 128 (d-own)");
  }

  @Test
  void one_backbone_is_loaded_once() {
    assertThat(side(null, false)).isEqualTo(64);
    write("own", embedded(96));
    assertThat(side(null, false)).isEqualTo(96);
    assertThat(loads).isEqualTo(1);
  }
}
