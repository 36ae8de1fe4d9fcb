package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "cuda:0", "cuda:3"})
  void reads_what_it_writes(String text) {
    assertThat(Device.parse(text)).hasToString(text);
    assertThat(Settings.json().convertValue(text, Device.class)).isEqualTo(Device.parse(text));
    assertThat(Settings.json().valueToTree(Device.parse(text)).asString()).isEqualTo(text);
  }

  @Test
  void cuda_alone_is_the_first() {
    assertThat(Device.parse("cuda")).isEqualTo(new Device(Device.Kind.CUDA, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:x", "CUDA", "meta", "cuda:100", ""})
  void refuses_what_is_none(String text) {
    assertThatThrownBy(() -> Device.parse(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("device must be auto, cpu, cuda or cuda:INDEX, found '" + text);
  }

  @Test
  void a_device_that_is_not_there_is_refused_with_what_is_missing() {
    Device last = new Device(Device.Kind.CUDA, 99);
    assertThatThrownBy(last::resolved)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("device is cuda:99, but ")
        .hasMessageContaining(Cuda.state().text())
        .hasMessageContaining("Choose device auto or cpu");
    assertThat(Device.CPU.resolved()).isEqualTo(Device.CPU);
    assertThat(Device.AUTO.resolved().kind())
        .isEqualTo(Cuda.devices() > 0 ? Device.Kind.CUDA : Device.Kind.CPU);
  }

  @Test
  void bf16_is_what_auto_means_on_a_cuda_device() {
    Device cuda = new Device(Device.Kind.CUDA, 0);
    assertThat(Precision.AUTO.on(cuda)).isEqualTo(Precision.BF16);
    assertThat(Precision.FP32.on(cuda)).isEqualTo(Precision.FP32);
    assertThat(Precision.AUTO.on(Device.CPU)).isEqualTo(Precision.AUTO.resolved());
  }

  @Test
  void places_tensors_beside_others() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor here = Tensors.of(new float[] {1, 2}, 2);
      Tensor there = Device.META.place(here);
      assertThat(Device.of(here)).isEqualTo(Device.CPU);
      assertThat(Device.of(there)).isEqualTo(Device.META);
      assertThat(Device.of(Tensors.beside(there, here))).isEqualTo(Device.META);
      assertThat(Tensors.beside(here, here)).isSameAs(here);
      assertThat(Tensors.type(Device.META.place(here.to(ScalarType.BFloat16))))
          .isEqualTo(ScalarType.BFloat16);
    }
  }

  @Test
  void libraries_are_found_in_folders_and_in_the_systems_list(@TempDir Path folder)
      throws IOException {
    Path cache = folder.resolve("ld.so.cache");
    List<String> all = Cuda.missing(null, cache, List.of());
    assertThat(all).contains("libcudart.so.13", "libcudnn.so.9", "libnccl.so.2");

    Path own = Files.createDirectory(folder.resolve("own"));
    Path usual = Files.createDirectory(folder.resolve("usual"));
    Files.createFile(own.resolve("libcudart.so.13"));
    Files.createFile(usual.resolve("libcudnn.so.9"));
    Files.write(cache, "x\0libnccl.so.2\0/y/libcufft.so.12".getBytes(StandardCharsets.ISO_8859_1));
    List<String> left = Cuda.missing("/nowhere::" + own, cache, List.of(usual));
    assertThat(left).doesNotContain("libcudart.so.13", "libcudnn.so.9", "libnccl.so.2");
    assertThat(left).hasSize(all.size() - 3).contains("libcufft.so.12");
  }
}
