package dev.adapterx.peft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BiAdapterTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);

  /** Head and buffers as they are, of everything else codes and statistics. */
  private static List<String> packed(AdaptedModel model) {
    return model.trainable().and(model.buffers()).names().stream()
        .flatMap(
            name ->
                name.startsWith("blocks.") && !name.contains("running")
                    ? Stream.of(name + ".codes", name + ".mean_std")
                    : Stream.of(name))
        .toList();
  }

  @Nested
  class AdaptFormerOnImages extends PeftMethodContract {
    @Override
    protected String needsValues() {
      return "libtorch has no standard deviation for shapes without values";
    }

    @Override
    protected PeftMethod method() {
      return new BiAdapter();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }

    @Override
    protected List<String> kept(AdaptedModel model) {
      return packed(model);
    }
  }

  @Nested
  class LoraOnImages extends PeftMethodContract {
    @Override
    protected String needsValues() {
      return "libtorch has no standard deviation for shapes without values";
    }

    @Override
    protected PeftMethod method() {
      return new BiAdapter(BiAdapter.Base.LORA, 4, 3, 10, 0.1);
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }

    @Override
    protected List<String> kept(AdaptedModel model) {
      return packed(model);
    }
  }

  @Nested
  class AdaptFormerOnPoints extends PointMethodContract {
    @Override
    protected String needsValues() {
      return "libtorch has no standard deviation for shapes without values";
    }

    @Override
    protected PeftMethod method() {
      return new BiAdapter(BiAdapter.Base.ADAPTFORMER, 5, 2, 1, 0.1);
    }

    @Override
    protected List<String> kept(AdaptedModel model) {
      return packed(model);
    }
  }

  @Nested
  class LoraOnPoints extends PointMethodContract {
    @Override
    protected String needsValues() {
      return "libtorch has no standard deviation for shapes without values";
    }

    @Override
    protected PeftMethod method() {
      return new BiAdapter(BiAdapter.Base.LORA, 4, 1, 10, 0.1);
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }

    @Override
    protected List<String> kept(AdaptedModel model) {
      return packed(model);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // 2 D R L values of b bits, 8 bytes for each of the 2 L tensors, head 4 · 10 · 769
    "ADAPTFORMER, 32, 1, 589824, 73728, 192",
    "ADAPTFORMER, 32, 4, 589824, 294912, 192",
    "ADAPTFORMER, 1, 3, 18432, 6912, 192",
    // 4 D R L values, 4 L tensors
    "LORA, 32, 1, 1179648, 147456, 384",
    "LORA, 8, 2, 294912, 73728, 384",
  })
  void on_vit_b_it_has_the_values_and_its_file_the_bytes_of_the_formula(
      BiAdapter.Base base, int rank, int bits, long values, long codes, long statistics)
      throws IOException {
    List<String> labels = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
    try (Backbone blank = Backbones.blank("vit_base_patch16_224", FP32);
        AdaptedModel model =
            AdaptedModel.attach(
                blank, new BiAdapter(base, rank, bits, 1, 0.1), Classification.of(labels), 1)) {
      ParameterReport report = model.parameters();
      assertThat(report.peft()).isEqualTo(values);
      assertThat(report.stored()).isEqualTo(values + 7690);
      assertThat(report.storedBytes()).isEqualTo(codes + statistics + 4 * 7690);
    }
  }

  /** 589,824 bits, 24 pairs of floats, the head of ten classes, and the file's own header. */
  @Test
  void the_file_is_as_small_as_it_promises(@TempDir Path folder) throws IOException {
    List<String> labels = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
    try (Backbone blank = Backbones.blank("vit_base_patch16_224", FP32);
        AdaptedModel model =
            AdaptedModel.attach(blank, new BiAdapter(), Classification.of(labels), 1)) {
      AdapterFile.write(model, folder);
      Path file = folder.resolve("adapter_model.safetensors");
      assertThat(
              WeightFile.read(file).tensors().values().stream()
                  .mapToLong(StoredTensor::bytes)
                  .sum())
          .isEqualTo(73_728 + 192 + 30_760)
          .isEqualTo(model.parameters().storedBytes());
      assertThat(Files.size(file)).isLessThan(110_000);
    }
  }

  @Test
  void initial_values_are_the_authors() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model =
            attached(new BiAdapter(BiAdapter.Base.ADAPTFORMER, 2000, 1, 1, 0), vit)) {
      float[] down = Tensors.floats(model.trainable().get("blocks.0.adaptformer.down"));
      float[] up = Tensors.floats(model.trainable().get("blocks.0.adaptformer.up"));
      double bound = 1 / Math.sqrt(32);
      assertThat(largest(down)).isLessThanOrEqualTo(bound).isGreaterThan(.98 * bound);
      assertThat(deviation(down)).isCloseTo(bound / Math.sqrt(3), within(.005));
      assertThat(largest(up)).isLessThanOrEqualTo(.002).isGreaterThan(.0018);
      // A normal cut at two deviations has 0.8796 of its deviation left.
      assertThat(deviation(up)).isCloseTo(.0008796, within(.00001));
    }
  }

  @Test
  void a_model_read_from_a_file_writes_the_same_file_and_cannot_be_trained(@TempDir Path folder)
      throws IOException {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(new BiAdapter(), vit)) {
      AdapterFile.write(model, folder.resolve("first"));
      try (AdaptedModel read = AdapterFile.read(folder.resolve("first")).attach(vit)) {
        AdapterFile.write(read, folder.resolve("second"));
        assertThat(folder.resolve("second/adapter_model.safetensors"))
            .hasSameBinaryContentAs(folder.resolve("first/adapter_model.safetensors"));
        Pass training = Pass.training(Rng.of(1, "step"), 0);
        try (Scope scope = Scope.open()) {
          assertThatThrownBy(() -> read.logits(Tiny.input(vit, 1), training))
              .isInstanceOf(ConfigException.class)
              .hasMessageStartingWith("bi-adapter: an adapter's file keeps a few bits")
              .hasMessageContaining("resume the run");
        }
      }
    }
  }

  @Test
  void each_tensor_in_use_has_as_many_values_as_levels(@TempDir Path folder) {
    for (int bits = 1; bits <= 4; bits++) {
      try (Backbone vit = Tiny.vit(Precision.FP32);
          AdaptedModel model = attached(new BiAdapter(BiAdapter.Base.LORA, 16, bits, 1, 0), vit)) {
        Tiny.randomise(model.trainable(), 1, 1);
        AdapterFile.write(model, folder);
        try (AdaptedModel read = AdapterFile.read(folder).attach(vit)) {
          float[] used = Tensors.floats(read.trainable().get("blocks.1.lora.v.a"));
          long distinct = IntStream.range(0, used.length).mapToObj(i -> used[i]).distinct().count();
          assertThat(distinct).isEqualTo(1L << bits);
        }
      }
    }
  }

  @Test
  void a_file_whose_codes_were_converted_or_cut_is_refused(@TempDir Path folder) {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(new BiAdapter(), vit)) {
      String name = "blocks.0.adaptformer.down.codes"; // 32 · 32 bits
      AdapterFile.write(model, folder);
      replace(folder, StoredTensor.of(name, new float[128], 128));
      assertThatThrownBy(() -> AdapterFile.read(folder).attach(vit))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(name + " holds F32, expected U8");
      AdapterFile.write(model, folder);
      replace(folder, StoredTensor.of(name, new float[127], 127));
      assertThatThrownBy(() -> AdapterFile.read(folder).attach(vit))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("The adapter's " + name + " has shape (127), expected (128);");
      AdapterFile.write(model, folder);
      var statistics =
          new StoredTensor(
              "blocks.0.adaptformer.down.mean_std",
              DType.I64,
              new long[] {2},
              java.nio.ByteBuffer.allocate(16));
      replace(folder, statistics);
      assertThatThrownBy(() -> AdapterFile.read(folder).attach(vit))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("holds I64");
    }
  }

  private static void replace(Path folder, StoredTensor tensor) {
    Path file = folder.resolve("adapter_model.safetensors");
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(WeightFile.read(file).tensors());
    tensors.put(tensor.name(), tensor);
    SafetensorsWriter.write(file, new ArrayList<>(tensors.values()), Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"bits\": 0}', 'bi-adapter.bits must be 1, 2, 3 or 4, found 0'",
    "'{\"bits\": 8}', 'bi-adapter.bits must be 1, 2, 3 or 4, found 8'",
    "'{\"rank\": 0}', 'bi-adapter.rank must be at least 1, found 0'",
    "'{\"scale\": 0}', 'bi-adapter.scale must be a number other than 0, found 0.0'",
    "'{\"dropout\": -0.1}', 'bi-adapter.dropout must lie in [0, 1), found -0.1'",
    "'{\"base\": \"adapter\"}', 'adaptformer'",
    "'{\"bit\": 2}', 'unknown key ''bit''; did you mean ''bits''?'",
  })
  void refuses_settings_without_meaning(String settings, String message) {
    var tree = Settings.json().readTree(settings).asObject().put("name", "bi-adapter");
    assertThatThrownBy(() -> Methods.read(tree, "method"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void says_why_adaptformer_cannot_be_merged() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(new BiAdapter(), vit)) {
      assertThatThrownBy(model::merge)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("ReLU");
    }
  }

  private static double largest(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).max().orElse(0);
  }

  private static double deviation(float[] values) {
    double squares =
        IntStream.range(0, values.length).mapToDouble(i -> (double) values[i] * values[i]).sum();
    return Math.sqrt(squares / values.length);
  }

  private static AdaptedModel attached(PeftMethod method, Backbone backbone) {
    return AdaptedModel.attach(backbone, method, Classification.of(Tiny.LABELS), 1);
  }
}
