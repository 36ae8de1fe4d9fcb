package dev.adapterx.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows without end stream through: what is resident after a tenth of them stays. {@code
 * -Dadapterx.rows=N} for another number; the backbone is tiny, so that a million take minutes.
 */
@Tag("nightly")
class MillionRowsTest {
  private static final long ROWS = Long.getLong("adapterx.rows", 1_000_000);
  private static final int PARTITIONS = 100;
  private static final int PICTURES = 48;
  private static final long MAY_GROW = 60L << 20;

  @TempDir Path folder;

  /**
   * What there is when so many rows have passed.
   *
   * @param live bytes on the heap after a collection
   * @param beside resident bytes that are not the heap's
   */
  private record Sample(long rows, long live, long beside) {}

  @Test
  void memory_does_not_grow_with_the_rows() throws Exception {
    SparkSession spark = Sparks.local();
    Path weights = folder.resolve("vit.safetensors");
    Path adapter = folder.resolve("adapter");
    try (Backbone backbone =
        Backbones.initial(
            "vit_64x1x1_patch8_16", Backbones.Options.defaults().with(Precision.FP32), 0)) {
      write(backbone, weights);
    }
    try (Backbone backbone =
            Backbones.load(weights, Backbones.Options.defaults().with(Precision.FP32));
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, new LinearProbe(), Classification.of(Fixture.LABELS), 3)) {
      AdapterFile.write(model, adapter);
    }
    List<byte[]> pictures = pictures();
    LongAccumulator passed = spark.sparkContext().longAccumulator();
    Dataset<Row> rows =
        spark
            .range(0, ROWS, 1, PARTITIONS)
            .map(
                (MapFunction<Long, byte[]>)
                    i -> {
                      passed.add(1);
                      return pictures.get((int) (i % PICTURES));
                    },
                Encoders.BINARY())
            .toDF("content");
    List<Sample> samples = new ArrayList<>();
    Thread watch = new Thread(() -> watch(passed, samples));
    watch.setDaemon(true);
    long began = System.nanoTime();
    watch.start();
    List<Row> counts =
        new AdapterXTransformer()
            .setAdapter(adapter.toString())
            .setBackbone(weights.toString())
            .setPrecision("fp32")
            .transform(rows)
            .selectExpr("prediction", "error is null as usable")
            .groupBy("usable")
            .count()
            .collectAsList();
    double seconds = (System.nanoTime() - began) / 1e9;
    watch.interrupt();
    watch.join();
    samples.add(now(ROWS));
    assertThat(counts).hasSize(1);
    assertThat(counts.get(0).getBoolean(0)).isTrue();
    assertThat(counts.get(0).getLong(1)).isEqualTo(ROWS);
    Sample early = first(samples, ROWS / 10);
    Sample late = samples.get(samples.size() - 1);
    System.out.printf(
        Locale.ROOT,
        "%,d rows, %.0f a second; live on the heap %d and %d MiB, beside the heap %d and %d, after a tenth and at the end%n",
        ROWS,
        ROWS / seconds,
        early.live >> 20,
        late.live >> 20,
        early.beside >> 20,
        late.beside >> 20);
    assertThat(late.live - early.live).isLessThan(MAY_GROW);
    assertThat(late.beside - early.beside).isLessThan(MAY_GROW);
  }

  private static Sample first(List<Sample> samples, long rows) {
    return samples.stream().filter(s -> s.rows >= rows).findFirst().orElseThrow();
  }

  private static void watch(LongAccumulator passed, List<Sample> samples) {
    try {
      while (true) {
        samples.add(now(passed.sum())); // an accumulator has the rows of tasks that ended
        Thread.sleep(5000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Sample now(long rows) {
    System.gc();
    Runtime java = Runtime.getRuntime();
    return new Sample(
        rows, java.totalMemory() - java.freeMemory(), Native.residentBytes() - java.totalMemory());
  }

  private static List<byte[]> pictures() {
    Rng rng = Rng.of(5, "pictures");
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      byte[] pixels = new byte[3 * 16 * 16];
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = (byte) rng.nextInt(256);
      }
      all.add(Fixture.png(new RgbImage(16, 16, pixels)));
    }
    return all;
  }

  private static void write(Backbone backbone, Path file) {
    List<StoredTensor> stored = new ArrayList<>();
    backbone
        .tensors()
        .forEach(
            (name, tensor) ->
                stored.add(
                    new StoredTensor(
                        name, DType.F32, tensor.shape(), Tensors.bytes(tensor.contiguous()))));
    SafetensorsWriter.write(file, stored, Map.of());
  }
}
