package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchHostileTest {
  /** Assembles pickles opcode by opcode. */
  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
      raw("\u0080\u0002");
    }

    Pickle raw(String latin1) {
      out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Pickle global(String module, String name) {
      return raw("c" + module + "\n" + name + "\n");
    }

    Pickle text(String text) {
      return raw("X").int32(text.length()).raw(text);
    }

    Pickle number(int value) {
      return raw("J").int32(value);
    }

    Pickle int32(int value) {
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
      return this;
    }

    /** A tensor of storage "0", which has {@code stored} floats. */
    Pickle tensor(int stored, int offset, int[] shape, int[] strides) {
      global("torch._utils", "_rebuild_tensor_v2").raw("((").text("storage");
      global("torch", "FloatStorage").text("0").text("cpu").number(stored).raw("tQ");
      return number(offset).tuple(shape).tuple(strides).raw("\u0089Nt").raw("R");
    }

    Pickle tuple(int... values) {
      raw("(");
      for (int value : values) {
        number(value);
      }
      return raw("t");
    }

    Pickle append(Pickle other) {
      out.writeBytes(other.bytes());
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    /** As a file of torch.save whose storage "0" has four floats. */
    byte[] inZip() {
      return zip(bytes(), new byte[16], "little");
    }
  }

  private static byte[] zip(byte[] pickle, byte[] storage, String byteOrder) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      add(zip, "archive/data.pkl", pickle);
      add(zip, "archive/byteorder", byteOrder.getBytes(StandardCharsets.US_ASCII));
      add(zip, "archive/data/0", storage);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static void assertRefused(byte[] file, String... said) {
    assertThatThrownBy(() -> Fixtures.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("hostile.bin")
        .hasMessageContainingAll(said);
  }

  private static Pickle dictOf(String key) {
    return new Pickle().raw("}").text(key);
  }

  @Test
  void the_honest_form_of_these_files_is_read() {
    byte[] honest = dictOf("w").tensor(4, 0, new int[] {2, 2}, new int[] {2, 1}).raw("s.").inZip();
    assertThat(Fixtures.describe(Fixtures.read(honest).tensor("w"))).isEqualTo("F32[2, 2]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "posix system", "os system", "builtins eval", "__builtin__ exec", "builtins getattr",
        "subprocess Popen", "torch load", "torch.hub load", "numpy.testing runstring", "numpy load",
        "torch._utils _rebuild_sparse_tensor", "timm.models.vision_transformer VisionTransformer"
      })
  void a_name_that_weights_do_not_need_is_refused_by_name(String global) {
    String module = global.split(" ")[0];
    String name = global.split(" ")[1];
    byte[] reduce =
        new Pickle().global(module, name).raw("(").text("echo owned").raw("tR.").inZip();
    assertRefused(reduce, "'" + module + "." + name + "'", "not run", "state_dict");

    byte[] stackGlobal =
        new Pickle().text(module).text(name).raw("\u0093(").text("id").raw("tR.").inZip();
    assertRefused(stackGlobal, "'" + module + "." + name + "'");

    byte[] inst = new Pickle().raw("(").text("id").raw("i" + module + "\n" + name + "\n.").inZip();
    assertRefused(inst, "'" + module + "." + name + "'");
  }

  @Test
  void a_legacy_file_is_held_to_the_same_names() {
    assertRefused(
        new Pickle().global("posix", "system").raw("(").text("id").raw("tR.").bytes(),
        "'posix.system'");
  }

  @Test
  void a_pickle_of_something_else_is_told() {
    assertRefused(new Pickle().raw("}.").bytes(), "not one of torch.save");
  }

  @Test
  void extension_registries_and_text_ids_are_refused() {
    assertRefused(new Pickle().raw("\u0082\u0001.").inZip(), "opcode 0x82");
    assertRefused(new Pickle().raw("Pid\n.").inZip(), "opcode 0x50");
  }

  @Test
  void views_that_reach_outside_their_storage_are_refused() {
    byte[] beyond = dictOf("w").tensor(4, 1, new int[] {4}, new int[] {1}).raw("s.").inZip();
    assertRefused(beyond, "'w'", "do not fit its storage of 4 elements");
    byte[] strided = dictOf("w").tensor(4, 0, new int[] {2, 2}, new int[] {3, 1}).raw("s.").inZip();
    assertRefused(strided, "'w'", "do not fit its storage");
    byte[] negative = dictOf("w").tensor(4, 0, new int[] {-1}, new int[] {1}).raw("s.").inZip();
    assertRefused(negative, "no whole number >= 0");
    byte[] unequal = dictOf("w").tensor(4, 0, new int[] {2, 2}, new int[] {1}).raw("s.").inZip();
    assertRefused(unequal, "do not fit its storage");
  }

  @Test
  void a_storage_that_is_shorter_than_the_pickle_says_is_refused() {
    byte[] lie = dictOf("w").tensor(400, 0, new int[] {400}, new int[] {1}).raw("s.").inZip();
    assertRefused(lie, "'w' (F32 [400]) needs 1600 bytes", "its storage has 16");
  }

  @Test
  void a_few_bytes_cannot_ask_for_gigabytes() {
    int[] huge = {1 << 14, 1 << 14};
    byte[] expanded = dictOf("w").tensor(4, 0, huge, new int[] {0, 0}).raw("s.").inZip();
    assertRefused(expanded, "'w'", "needs 1073741824 bytes");
  }

  @Test
  void dicts_that_contain_themselves_or_double_at_every_level_are_refused() {
    byte[] loop = new Pickle().raw("}q\u0000").text("a").raw("h\u0000s.").inZip();
    assertRefused(loop, "nested deeper than");

    Pickle laughs = new Pickle().raw("}q\u0000");
    for (int level = 0; level < 100; level++) {
      laughs.raw("0}(");
      for (String key : new String[] {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        laughs.text(key).raw("h\u0000");
      }
      laughs.raw("uq\u0000");
    }
    assertRefused(laughs.raw(".").inZip(), "no checkpoint needs that");
  }

  @Test
  void deep_nesting_costs_no_stack() {
    String deep = "(".repeat(100_000) + "t".repeat(100_000);
    assertRefused(new Pickle().raw(deep).raw(".").inZip(), "neither a dict of tensors");
    String dicts = "}U\u0001a".repeat(100_000) + "N" + "s".repeat(100_000);
    assertRefused(new Pickle().raw(dicts).raw(".").inZip(), "nested deeper than");
  }

  @Test
  void more_objects_than_any_checkpoint_has_are_refused() {
    assertRefused(new Pickle().raw("}".repeat(1_000_001)).inZip(), "more than 1000000 objects");
    assertRefused(new Pickle().raw("N0".repeat(2_000_001)).inZip(), "more than 4000000 steps");
  }

  /** Of each limit both sides. */
  @Test
  void names_so_long_and_dicts_so_deep_and_no_more() {
    assertThat(Fixtures.read(named(1024)).tensors().keySet()).containsExactly("n".repeat(1024));
    assertRefused(named(1025), "names longer than 1024");
    assertThat(Fixtures.read(nested(16)).tensors().keySet()).containsExactly("a.".repeat(16) + "w");
    assertRefused(nested(17), "nested deeper than 16");
    String number = "\u008b"; // LONG4, then its length and its bytes
    Pickle wide = dictOf("x").raw(number).int32(1024).raw("\1".repeat(1024)).raw("s");
    assertThat(Fixtures.read(wide.text("w").append(tensor()).raw("s.").inZip()).tensors())
        .containsOnlyKeys("w");
    assertRefused(
        dictOf("x").raw(number).int32(1025).raw("\1".repeat(1025)).raw("s.").inZip(),
        "a number of 1025 bytes");
  }

  private static Pickle tensor() {
    return new Pickle().tensor(4, 0, new int[] {2, 2}, new int[] {2, 1});
  }

  private static byte[] named(int length) {
    return dictOf("n".repeat(length)).append(tensor()).raw("s.").inZip();
  }

  private static byte[] nested(int depth) {
    Pickle pickle = new Pickle();
    for (int i = 0; i < depth; i++) {
      pickle.raw("}").text("a");
    }
    return pickle.append(dictOf("w")).append(tensor()).raw("s" + "s".repeat(depth) + ".").inZip();
  }

  @Test
  void copying_a_long_list_again_and_again_is_refused() {
    Pickle pickle = new Pickle().raw("](").raw("N".repeat(100_000)).raw("e\u0085q\u0000");
    pickle.global("collections", "OrderedDict").raw("q\u0001");
    pickle.raw("h\u0001h\u0000R".repeat(1000)).raw(".");
    assertRefused(pickle.inZip(), "copies more than 4000000 items");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s.",
        "a.",
        "u.",
        "R.",
        "h\u0005.",
        "X\u00ff\u00ff\u00ff\u007f.",
        "t.",
        "2.",
        "Q.",
        "\u008b\u00ff\u00ff\u00ff\u007f.",
        "I1x\n.",
        "}(NuN.",
        "b.",
        "(a.",
        "(o.",
        "\u00ff"
      })
  void malformed_pickles_are_told(String opcodes) {
    assertRefused(new Pickle().raw(opcodes).inZip(), "pickle");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.pt", "plain_legacy.pt"})
  void a_truncated_file_says_so(String name) {
    byte[] whole = Fixtures.bytes(name);
    assertRefused(Arrays.copyOf(whole, whole.length - 3), "truncated");
    assertRefused(Arrays.copyOf(whole, whole.length / 2), "truncated");
  }

  @Test
  void a_checkpoint_without_tensors_shows_its_keys() {
    assertRefused(dictOf("epoch").number(3).raw("s.").inZip(), "no tensors", "epoch");
  }

  @Test
  void big_endian_storages_are_turned_and_other_orders_refused() {
    byte[] pickle = dictOf("w").tensor(4, 0, new int[] {4}, new int[] {1}).raw("s.").bytes();
    byte[] big = ByteBuffer.allocate(16).putFloat(1).putFloat(2).putFloat(3).putFloat(4).array();
    assertThat(Fixtures.read(zip(pickle, big, "big")).tensor("w").floats())
        .containsExactly(1, 2, 3, 4);
    assertRefused(zip(pickle, big, "middle"), "byteorder");
  }

  @Test
  void a_program_is_told_from_weights() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      add(zip, "m/data.pkl", new Pickle().raw("}.").bytes());
      add(zip, "m/constants.pkl", new Pickle().raw(").").bytes());
    }
    assertRefused(bytes.toByteArray(), "TorchScript");
  }
}
