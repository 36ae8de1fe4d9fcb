package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AdaptersTest {
  private static final String PRESET = "vit_32x2x2_patch8_32";
  private static final long PLENTY = 1L << 30;

  @TempDir Path folder;

  private final Backbone backbone =
      Backbones.initial(PRESET, Backbones.Options.defaults().with(Precision.FP32), 1);
  private final float[] pixels = new float[3 * 32 * 32];

  @BeforeEach
  void write() {
    Rng rng = Rng.of(4, "pixels");
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) rng.nextGaussian();
    }
    for (int i = 0; i < 6; i++) {
      write("task" + i, new Lora(), 2 + i % 3, i);
    }
  }

  @AfterEach
  void close() {
    backbone.close();
  }

  private void write(String name, PeftMethod method, int classes, long seed) {
    List<String> labels = IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
    try (AdaptedModel model =
        AdaptedModel.attach(backbone, method, Classification.of(labels), seed)) {
      AdapterFile.write(model, folder.resolve(name));
    }
  }

  private float[] alone(String name) {
    try (AdaptedModel model = AdapterFile.read(folder.resolve(name)).attach(backbone)) {
      return predicted(model);
    }
  }

  private float[] predicted(AdaptedModel model) {
    return TaskPredictor.of(Input.images(backbone), Inference.classes(model))
        .predictPrepared(List.of(pixels))
        .get(0);
  }

  private float[] predicted(Adapters adapters, String name) {
    try (Lease lease = adapters.lease(name)) {
      assertThat(lease.name()).isEqualTo(name);
      return predicted(lease.model());
    }
  }

  @Test
  void what_does_not_fit_is_known_without_loading_and_again_when_the_files_change() {
    Backbones.Options larger = Backbones.Options.builder().inputSize(48).build();
    try (Adapters adapters = Adapters.over(backbone, folder, PLENTY);
        Backbone other = Backbones.initial(PRESET, larger.with(Precision.FP32), 1)) {
      assertThat(adapters.unfit("task0")).isEmpty();
      try (AdaptedModel model =
          AdaptedModel.attach(other, new Lora(), Classification.of(List.of("a", "b")), 1)) {
        AdapterFile.write(model, folder.resolve("task0"));
      }
      assertThat(adapters.unfit("task0")).isPresent();
      assertThat(adapters.unfit("task0")).isPresent();
      write("task0", new Lora(), 2, 0);
      assertThat(adapters.unfit("task0")).isEmpty();
      assertThat(adapters.loaded()).isEmpty();
    }
  }

  @Test
  void each_predicts_as_it_does_alone_and_is_counted_by_its_bytes() {
    try (Adapters adapters = Adapters.over(backbone, folder, PLENTY)) {
      assertThat(adapters.names())
          .containsExactly("task0", "task1", "task2", "task3", "task4", "task5");
      assertThat(adapters.bytes()).isZero();
      for (String name : adapters.names()) {
        assertThat(predicted(adapters, name)).isEqualTo(alone(name));
      }
      long expected = 0;
      for (String name : adapters.names()) {
        try (AdaptedModel model = AdapterFile.read(folder.resolve(name)).attach(backbone)) {
          expected += 4 * model.trainable().elements();
        }
      }
      assertThat(adapters.bytes()).isEqualTo(expected).isPositive();
      assertThat(adapters.loaded()).hasSize(6).allMatch(one -> one.leases() == 0);
    }
  }

  @Test
  void a_run_folder_is_an_adapter_and_other_folders_are_none() throws Exception {
    Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(folder.resolve(".hidden"));
    Files.createDirectories(folder.resolve("run"));
    Files.move(folder.resolve("task0"), folder.resolve("run/adapter"));
    try (Adapters adapters = Adapters.over(backbone, folder, PLENTY)) {
      assertThat(adapters.names())
          .containsExactly("run", "task1", "task2", "task3", "task4", "task5");
      assertThat(predicted(adapters, "run")).hasSize(2);
    }
  }

  @Test
  void no_name_leads_out_of_the_folder_and_an_unknown_one_is_told_the_nearest() {
    try (Adapters adapters = Adapters.over(backbone, folder.resolve("task0").getParent(), PLENTY)) {
      for (String name :
          List.of("../task0", "..", ".", "", "a/b", "a\\b", "a:b", "x".repeat(129))) {
        assertThatThrownBy(() -> adapters.lease(name))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("An adapter's name has up to 128 letters");
      }
      assertThatThrownBy(() -> adapters.lease("tsk3"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("There is no adapter 'tsk3' in " + folder)
          .hasMessageContaining("did you mean 'task3'?");
    }
    assertThatThrownBy(() -> Adapters.over(backbone, folder.resolve("none"), PLENTY))
        .hasMessageContaining("is no folder");
    assertThatThrownBy(() -> Adapters.over(backbone, folder, 0))
        .hasMessageContaining("at least 1 byte, found 0");
  }

  @Test
  void another_file_is_another_adapter_and_a_damaged_one_harms_no_other() throws Exception {
    try (Adapters adapters = Adapters.over(backbone, folder, PLENTY)) {
      float[] before = predicted(adapters, "task0");
      try (Lease old = adapters.lease("task0")) {
        write("task0", new Lora(), 2, 77);
        assertThat(predicted(adapters, "task0")).isEqualTo(alone("task0")).isNotEqualTo(before);
        assertThat(predicted(old.model())).isEqualTo(before);
      }
      Path tensors = folder.resolve("task1/adapter_model.safetensors");
      byte[] whole = Files.readAllBytes(tensors);
      Files.write(tensors, new byte[] {1, 2, 3});
      assertThatThrownBy(() -> adapters.lease("task1")).isInstanceOf(CheckpointException.class);
      assertThat(predicted(adapters, "task0")).isEqualTo(alone("task0"));
      Files.write(tensors, whole);
      assertThat(predicted(adapters, "task1")).isEqualTo(alone("task1"));
      Files.delete(folder.resolve("task1/adapter_config.json"));
      assertThatThrownBy(() -> adapters.lease("task1"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("There is no adapter 'task1'");
      assertThat(adapters.loaded()).extracting(Adapters.Loaded::name).containsExactly("task0");
      assertThat(adapters.statistics()).isEqualTo(new Adapters.Statistics(2, 3, 1, 0, 1));
    }
  }

  @Test
  void an_adapter_of_another_backbone_is_refused() {
    try (Backbone other = Backbones.initial(PRESET, Backbones.Options.defaults(), 2);
        Adapters adapters = Adapters.over(other, folder, PLENTY)) {
      assertThatThrownBy(() -> adapters.preload("task0"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("load it onto the backbone it was trained on");
    }
  }

  /** Six adapters of which two fit, used, replaced and unloaded by six threads. */
  @Test
  void many_threads_get_right_answers_and_leave_no_memory_behind() throws Exception {
    write("probe", new LinearProbe(), 3, 9);
    long bytes;
    try (AdaptedModel model = AdapterFile.read(folder.resolve("task2")).attach(backbone)) {
      bytes = model.bytes();
    }
    Map<String, float[]> expected = new ConcurrentHashMap<>();
    for (int i = 0; i < 6; i++) {
      expected.put("task" + i, alone("task" + i));
    }
    Set<AdaptedModel> models = ConcurrentHashMap.newKeySet();
    try (Adapters adapters = Adapters.over(backbone, folder, 2 * bytes)) {
      ExecutorService threads = Executors.newFixedThreadPool(6);
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        int thread = t;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 60; i++) {
                    String name = "task" + (i * 5 + thread) % 6;
                    try (Lease lease = adapters.lease(name)) {
                      models.add(lease.model());
                      if (i % 10 == thread) {
                        adapters.unload(name);
                      }
                      assertThat(predicted(lease.model())).isEqualTo(expected.get(name));
                    }
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      threads.shutdown();
      assertThat(adapters.bytes()).isBetween(1L, 2 * bytes);
      assertThat(adapters.statistics().evictions()).isPositive();
      Lease last = adapters.lease("probe");
      adapters.close();
      assertThat(predicted(last.model())).hasSize(3);
      assertThat(adapters.bytes()).isPositive();
      last.close();
      assertThat(adapters.bytes()).isZero();
      assertThatThrownBy(last::model).isInstanceOf(IllegalStateException.class);
    }
    assertThat(models).hasSizeGreaterThan(6);
    for (AdaptedModel model : models) {
      model.trainable().forEach((name, tensor) -> assertThat(tensor.isNull()).as(name).isTrue());
    }
  }

  /** What a server does: requests to many adapters, gathered by adapter. */
  @Test
  void a_batcher_over_adapters_answers_as_each_adapter_alone() throws Exception {
    Map<String, float[]> expected = new ConcurrentHashMap<>();
    for (int i = 0; i < 6; i++) {
      expected.put("task" + i, alone("task" + i));
    }
    Input<?> input = Input.of(backbone);
    try (Adapters adapters = Adapters.over(backbone, folder, PLENTY);
        Batcher<String, float[], float[]> batcher =
            new Batcher<>(
                new Batcher.Limits(64, 64, 4),
                2,
                (name, rows) -> {
                  try (Lease lease = adapters.lease(name)) {
                    return TaskPredictor.of(input, Inference.classes(lease.model()))
                        .predictPrepared(rows);
                  }
                })) {
      List<String> names = new ArrayList<>();
      List<CompletableFuture<float[]>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        names.add("task" + (i * i) % 6);
        answers.add(batcher.submit(names.get(i), pixels, Duration.ofMinutes(1)));
      }
      CompletableFuture<float[]> unknown = batcher.submit("nothing", pixels, Duration.ofMinutes(1));
      for (int i = 0; i < 60; i++) {
        float[] p = answers.get(i).get();
        float[] alone = expected.get(names.get(i));
        assertThat(p).hasSameSizeAs(alone);
        for (int c = 0; c < p.length; c++) {
          assertThat(Math.abs(p[c] - alone[c])).isLessThan(1e-6f);
        }
      }
      assertThatThrownBy(unknown::join).hasMessageContaining("There is no adapter 'nothing'");
    }
  }

  @Test
  void tensors_of_a_lease_can_be_used_as_those_of_any_model() {
    try (Adapters adapters = Adapters.over(backbone, folder, PLENTY);
        Lease lease = adapters.lease("task4");
        Scope scope = Scope.withoutGradients()) {
      float[][] rows = lease.model().probabilities(Tensors.of(pixels, 1, 3, 32, 32));
      assertThat(rows[0]).isEqualTo(alone("task4"));
    }
  }
}
