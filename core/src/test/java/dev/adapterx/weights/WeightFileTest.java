package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.testing.SharedData;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "plain.pt, torch zip",
    "plain_protocol4.pt, torch zip",
    "plain_legacy.pt, torch legacy",
    "plain.safetensors, safetensors"
  })
  void reads_every_element_type_from_every_format(String name, String format) {
    WeightFile file = Fixtures.read(name);

    assertThat(file.format()).isEqualTo(format);
    assertThat(file.tensors())
        .containsOnlyKeys(
            "f32", "f16", "bf16", "f64", "i64", "i32", "i16", "i8", "u8", "bool", "scalar",
            "empty");
    assertThat(Fixtures.describe(file.tensor("f32"))).isEqualTo("F32[2, 3]");
    assertThat(file.tensor("f32").floats()).isEqualTo(Fixtures.ramp(6));
    assertThat(Fixtures.describe(file.tensor("f16"))).isEqualTo("F16[4]");
    assertThat(file.tensor("f16").floats()).isEqualTo(Fixtures.ramp(4));
    assertThat(Fixtures.describe(file.tensor("bf16"))).isEqualTo("BF16[5]");
    assertThat(file.tensor("bf16").floats()).isEqualTo(Fixtures.ramp(5));
    assertThat(Fixtures.describe(file.tensor("f64"))).isEqualTo("F64[2, 2]");
    assertThat(file.tensor("f64").floats()).isEqualTo(Fixtures.ramp(4));
    assertThat(file.tensor("i64").data().getLong(16)).isEqualTo(3_000_000_000L);
    assertThat(file.tensor("i32").data().getInt(0)).isEqualTo(-7);
    assertThat(file.tensor("i16").data().getShort(0)).isEqualTo((short) -300);
    assertThat(Fixtures.bytes(file.tensor("i8"))).containsExactly(-128, 127);
    assertThat(Fixtures.bytes(file.tensor("u8"))).containsExactly(0, 255);
    assertThat(Fixtures.bytes(file.tensor("bool"))).containsExactly(1, 0, 1);
    assertThat(Fixtures.describe(file.tensor("scalar"))).isEqualTo("F32[]");
    assertThat(file.tensor("scalar").floats()).containsExactly(1.5f);
    assertThat(Fixtures.describe(file.tensor("empty"))).isEqualTo("F32[0, 3]");
    assertThat(file.tensor("empty").elements()).isZero();
  }

  @Test
  void tensors_are_direct_read_only_little_endian_and_keep_the_order_of_the_file() {
    WeightFile file = Fixtures.read("plain.pt");
    assertThat(file.tensors().keySet()).startsWith("f32", "f16", "bf16", "f64", "i64");
    assertThat(file.tensors().values())
        .allMatch(t -> t.data().isDirect() && t.data().isReadOnly())
        .allMatch(t -> t.data().order() == ByteOrder.LITTLE_ENDIAN && t.data().position() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"views.pt", "views_legacy.pt"})
  void strided_views_of_shared_storages_become_contiguous(String name) {
    WeightFile file = Fixtures.read(name);
    float[] base = Fixtures.ramp(12);

    assertThat(file.tensor("base").floats()).isEqualTo(base);
    assertThat(Fixtures.describe(file.tensor("transposed"))).isEqualTo("F32[4, 3]");
    assertThat(file.tensor("transposed").floats())
        .containsExactly(
            base[0], base[4], base[8], base[1], base[5], base[9], base[2], base[6], base[10],
            base[3], base[7], base[11]);
    assertThat(file.tensor("column").floats()).containsExactly(base[1], base[5], base[9]);
    assertThat(file.tensor("tail").floats()).startsWith(base[4]).endsWith(base[11]).hasSize(8);
    assertThat(file.tensor("expanded").floats()).containsOnly(base[1]).hasSize(4);
    assertThat(file.tensor("parameter").floats()).isEqualTo(Fixtures.ramp(8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nested.pt", "nested_legacy.pt"})
  void takes_the_model_out_of_a_training_checkpoint(String name) {
    WeightFile file = Fixtures.read(name);
    assertThat(file.tensors()).containsOnlyKeys("weight", "bias");
    assertThat(file.tensor("weight").floats()).isEqualTo(Fixtures.ramp(6));
  }

  @Test
  void keeps_all_names_where_several_wrappers_hold_tensors_and_chooses_on_request() {
    WeightFile file = Fixtures.read("two_wrappers.pt");
    assertThat(file.tensors()).containsOnlyKeys("teacher.w", "student.w");
    assertThat(file.within("student.").tensor("w").elements()).isEqualTo(3);
    assertThatThrownBy(() -> file.within("model."))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'model.'")
        .hasMessageContaining("teacher.w, student.w");
  }

  @Test
  void averaged_weights_beside_the_raw_ones_stay_apart_and_alone_they_are_the_weights() {
    assertThat(Fixtures.read("averaged.pt").tensors())
        .containsOnlyKeys("state_dict.module.w", "state_dict_ema.module.w");
    assertThat(Fixtures.read("only_averaged.pt").tensors()).containsOnlyKeys("w");
    assertThat(Fixtures.read("averaged.pt").within("state_dict").tensor("module.w").floats())
        .isEqualTo(Fixtures.ramp(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays.npz", "arrays_compressed.npz"})
  void reads_numpy_archives(String name) {
    WeightFile file = Fixtures.read(name);

    assertThat(file.format()).isEqualTo("npz");
    assertThat(file.tensors().keySet())
        .containsExactly("f4", "deep/f2", "f8", "big", "fortran", "i8", "bool", "scalar", "empty");
    assertThat(file.tensor("f4").floats()).isEqualTo(Fixtures.ramp(6));
    assertThat(Fixtures.describe(file.tensor("deep/f2"))).isEqualTo("F16[4]");
    assertThat(file.tensor("deep/f2").floats()).isEqualTo(Fixtures.ramp(4));
    assertThat(file.tensor("f8").floats()).isEqualTo(Fixtures.ramp(4));
    assertThat(file.tensor("big").floats()).isEqualTo(Fixtures.ramp(6));
    assertThat(Fixtures.describe(file.tensor("fortran"))).isEqualTo("F32[2, 3, 2]");
    assertThat(file.tensor("fortran").floats()).isEqualTo(Fixtures.ramp(12));
    assertThat(file.tensor("i8").data().getLong(16)).isEqualTo(3_000_000_000L);
    assertThat(Fixtures.bytes(file.tensor("bool"))).containsExactly(1, 0);
    assertThat(file.tensor("scalar").floats()).containsExactly(1.5f);
    assertThat(Fixtures.describe(file.tensor("empty"))).isEqualTo("F32[0, 3]");
  }

  @Test
  void reads_a_single_array_under_the_name_of_its_file() {
    WeightFile file = Fixtures.read("single.npy");
    assertThat(file.format()).isEqualTo("npy");
    assertThat(file.tensor("single").floats()).isEqualTo(Fixtures.ramp(12));
  }

  @Test
  void metadata_of_safetensors_is_kept() {
    assertThat(Fixtures.read("plain.safetensors").metadata())
        .containsExactlyInAnyOrderEntriesOf(Map.of("format", "pt", "note", "größer"));
  }

  @Test
  void the_extension_does_not_matter() throws IOException {
    Path renamed = Files.copy(Fixtures.path("plain.safetensors"), folder.resolve("weights.pth"));
    assertThat(WeightFile.read(renamed).format()).isEqualTo("safetensors");
  }

  @Test
  void an_unknown_tensor_is_answered_with_the_nearest() {
    assertThatThrownBy(() -> Fixtures.read("plain.pt").tensor("bf61"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("plain.pt")
        .hasMessageContaining("did you mean 'bf16'?");
  }

  @Test
  void a_missing_file_and_a_folder_without_weights_are_named() {
    assertThatThrownBy(() -> WeightFile.read(folder.resolve("none.pth")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("none.pth");
    assertThatThrownBy(() -> WeightFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors, model.safetensors.index.json");
  }

  @Test
  @SharedData
  void the_same_real_backbone_from_torch_and_safetensors_is_identical() {
    Path real = SharedData.Beside.folder().resolve("vit-tiny-in1k");
    WeightFile torch = WeightFile.read(real.resolve("vit_tiny_patch16_224.pth"));
    WeightFile safe = WeightFile.read(real.resolve("vit_tiny_patch16_224.safetensors"));

    assertThat(torch.tensors().keySet()).isEqualTo(safe.tensors().keySet());
    assertThat(safe.tensors().values().stream().mapToLong(StoredTensor::elements).sum())
        .isEqualTo(5_717_416);
    safe.tensors()
        .forEach(
            (name, tensor) -> {
              assertThat(torch.tensor(name).shape()).as(name).isEqualTo(tensor.shape());
              assertThat(torch.tensor(name).data()).as(name).isEqualTo(tensor.data());
            });
  }
}
