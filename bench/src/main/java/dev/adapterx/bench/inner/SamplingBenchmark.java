package dev.adapterx.bench.inner;

import dev.adapterx.base.Rng;
import dev.adapterx.data.points.FarthestPoints;
import dev.adapterx.data.points.Neighbours;
import dev.adapterx.data.points.PointCloud;
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
import org.openjdk.jmh.annotations.Warmup;

/** The cost of a cloud before it reaches the network. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class SamplingBenchmark {
  /** The points of a cloud. */
  @Param({"1024", "2048", "8192"})
  int points;

  private PointCloud cloud;
  private int[] centres;

  /** Draws a cloud. */
  @Setup
  public void open() {
    Rng rng = Rng.of(0, "bench");
    float[] xyz = new float[3 * points];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = (float) rng.nextGaussian();
    }
    cloud = new PointCloud(xyz);
    centres = FarthestPoints.of(cloud, points / 16);
  }

  /** A sixteenth of the points as centres. */
  @Benchmark
  public int[] farthestPoints() {
    return FarthestPoints.of(cloud, points / 16);
  }

  /** 32 neighbours of each centre. */
  @Benchmark
  public int[] neighbours() {
    return Neighbours.of(cloud, centres, 32);
  }
}
