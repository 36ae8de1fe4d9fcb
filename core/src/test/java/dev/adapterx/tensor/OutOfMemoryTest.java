package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.base.OutOfMemoryException;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {
  private static String told(Throwable failure) {
    return OutOfMemory.of(failure).orElseThrow().getMessage();
  }

  /** Each kind names what is full and what is to be raised. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Java heap space | the Java heap of | ADAPTERX_HEAP",
        "GC overhead limit exceeded | the Java heap of | train.batch",
        "Requested array size exceeds VM limit | the Java heap of | data.cache-megabytes",
        "Cannot reserve 4096 bytes of direct buffer memory (allocated: 1, limit: 2) | beside its"
            + " heap | MaxDirectMemorySize",
        "Direct buffer memory | beside its heap | MaxDirectMemorySize",
        "unable to create native thread: possibly out of memory | no further thread | ulimit -u",
        "Metaspace | for classes | raise",
        "Physical memory usage is too high: physicalBytes (423M) > maxPhysicalBytes (420M) | the"
            + " process held 423M, more than its limit of 420M | maxPhysicalBytes=8g",
      })
  void what_java_and_javacpp_lack(String message, String full, String mend) {
    assertThat(told(new OutOfMemoryError(message)))
        .startsWith("Out of memory: ")
        .contains(full, mend);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory:"
            + " you tried to allocate 106496000 bytes. Error code 12 (Cannot allocate memory)\n#1",
        "[enforce fail at alloc_cpu.cpp:80] data. DefaultCPUAllocator: not enough memory: you tried"
            + " to allocate 106496000 bytes.",
        "CUDA out of memory. Tried to allocate 101.56 MiB. GPU 0 has a total capacity of 8 GiB",
        "std::bad_alloc"
      })
  void what_libtorch_lacks(String message) {
    assertThat(told(new RuntimeException(message)))
        .startsWith("Out of memory: libtorch requested ")
        .contains("train.micro-batch", "OMP_NUM_THREADS", "container")
        .doesNotContain("enforce", "\n");
  }

  /** More than any machine has, and libtorch's own words for it. */
  @Test
  void a_real_failure_is_recognised_and_says_where() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor one = Tensors.of(new float[] {1}, 1);
      assertThatThrownBy(
              () ->
                  Engine.at("blocks.3", () -> one.expand(1L << 30, 1L << 15).contiguous().add(one)))
          .isInstanceOf(OutOfMemoryException.class)
          .hasMessageStartingWith(
              "Out of memory in blocks.3: libtorch requested 134217728 MiB and did not get it.")
          .hasMessageContaining("train.micro-batch");
    }
  }

  @Test
  void what_was_told_is_told_as_it_was() {
    OutOfMemoryException told = new OutOfMemoryException("Out of memory in head: all", null);
    assertThat(OutOfMemory.of(told)).containsSame(told);
  }

  @Test
  void other_failures_are_left_alone() {
    assertThat(OutOfMemory.of(new RuntimeException("mat1 and mat2 shapes"))).isEmpty();
    assertThat(OutOfMemory.of(new RuntimeException())).isEmpty();
    assertThat(OutOfMemory.of(new DataException("no such file"))).isEmpty();
    assertThat(OutOfMemory.of(new StackOverflowError())).isEmpty();
  }
}
