package dev.adapterx.bench.inner;

import dev.adapterx.bench.Weights;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A ViT-Ti from a safetensors file of 22 MB to a backbone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class LoadingBenchmark {
  /** The dtype it is loaded in. */
  @Param({"FP32", "BF16"})
  Precision precision;

  private Path file;

  /** Writes a file. */
  @Setup
  public void open() throws IOException {
    file = Files.createTempDirectory("adapterx-bench").resolve("vit.safetensors");
    Weights.write("vit_tiny_patch16_224", file);
  }

  /** Reads it. */
  @Benchmark
  public int load() {
    Backbones.Options options = Backbones.Options.defaults().with(precision);
    try (Backbone backbone = Backbones.load(file, options)) {
      return backbone.width();
    }
  }

  /** Removes it. */
  @TearDown
  public void close() throws IOException {
    Files.delete(file);
    Files.delete(file.getParent());
  }
}
