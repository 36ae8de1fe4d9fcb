package dev.adapterx.bench.inner;

import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
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
import org.openjdk.jmh.annotations.Warmup;

/** An image of 500 by 375 pixels from its file to 224 by 224. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class DecodingBenchmark {
  /** The file's format. */
  @Param({"jpg", "png"})
  String format;

  private byte[] file;

  /** Draws an image. */
  @Setup
  public void open() throws IOException {
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 375; y++) {
      for (int x = 0; x < 500; x++) {
        int wave = (int) (127 + 120 * Math.sin(x * 0.07) * Math.cos(y * 0.05));
        image.setRGB(x, y, wave << 16 | (x * y & 0xFF) << 8 | ((x ^ y) & 0xFF));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    file = bytes.toByteArray();
  }

  /** Decoding alone. */
  @Benchmark
  public RgbImage decode() {
    return ImageDecoder.decode(file, "bench." + format, true);
  }

  /** Decoding and bicubic resizing. */
  @Benchmark
  public RgbImage decodeAndResize() {
    RgbImage image = ImageDecoder.decode(file, "bench." + format, true);
    return Resize.to(224, 224, Filter.BICUBIC).apply(image);
  }
}
